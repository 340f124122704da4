"""A small written sample of what agencies really have, for machines without the shared data."""

ROSTER = """\
code,name_id,short_name,kind,subdomain
dinkes,Dinas Kesehatan,Dinkes,dinas,dinkes.contoh.test
dindik,"Dinas Pendidikan, Pemuda dan Olahraga",Dindik,dinas,dindik.contoh.test
bpbd,Badan Penanggulangan Bencana Daerah,BPBD,badan,bpbd.contoh.test
"""

DIP = '''\
dip_id,opd_code,category,title,summary,year,responsible_unit,holder_unit,form,retention,document_url,extra_urls
C1,dinkes,berkala,⇒ Ringkasan Laporan Akses Informasi Publik 2023,,2023,,,,,,
C2,dinkes,setiap_saat,"Renstra ""2017 – 2022""",Rencana lima tahun,2017-2022,Sekretaris,Sekretariat,Cetak+Online,5 tahun,https://contoh.test/a b.pdf,http://https://contoh.test/x.pdf #
C3,dindik,serta_merta,Jalur evakuasi gedung A/B,,,,,Hard & Soft File,Selama Berlaku,/berkas/jalur.pdf,
C4,dinkes,dikecualikan,Rekam medis,,2023,,,,,https://contoh.test/rahasia.pdf,
C5,bpbd,berkala,DPA 2024,,2024,,,,,,
'''

NEWS = """\
news_id,opd_code,title,date,summary_id
N1,dinkes,"Imunisasi ""kejar"" di 8 kabupaten/kota – selesai",2025-02-18,Imunisasi selesai.
N2,bpbd,Gladi evakuasi,,Gladi evakuasi gedung.
"""

EMERGENCIES = """\
sm_id,opd_code,issuer_original,title,date,kind,source_url,summary_id
E1,bpbd,BMKG,Peringatan dini gelombang tinggi,2026-01-13,cuaca_ekstrem,https://contoh.test/1,Gelombang tinggi.
E2,dinkes,,KLB difteri,2017-12-12,klb_difteri,https://contoh.test/2,Difteri menyebar.
"""
