(d=>{const b=d.getElementById("darurat");if(!b)return
let v=b.dataset.v,off=0,shut
try{shut=localStorage.darurat}catch{}
const tidy=()=>{b.querySelectorAll("[data-until]").forEach(e=>{
if(Date.parse(e.dataset.until)<=Date.now()+off)e.remove()})
b.hidden=shut==v||!b.querySelector("[data-until]")}
const ask=async()=>{try{const r=await fetch(b.dataset.url),s=await r.json()
off=Date.parse(s.now)-Date.now()
if(s.v!=v){v=s.v;b.innerHTML=s.html}}catch{}tidy()}
b.onclick=e=>{if(e.target.closest("button")){shut=v
try{localStorage.darurat=v}catch{}tidy()}}
const now=()=>d.hidden||ask()
setInterval(tidy,1e3);setInterval(now,3e4);d.addEventListener("visibilitychange",now);ask()
})(document)
