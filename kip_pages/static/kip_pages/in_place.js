// Links and forms within [data-in-place] that lead to another view of the same page: what such elements
// hold is filled anew, by their ids, from the page they lead to. Anything unusual: the browser goes there.
(d=>{const areas=()=>d.querySelectorAll("[data-in-place]")
const here=()=>location.href.split("#")[0]
let turn=0,at=here()
const show=async(url,push,area)=>{const mine=++turn
try{const r=await fetch(url)
if(mine!=turn)return
if(!r.ok||new URL(r.url).pathname!=new URL(url).pathname)throw 0
const page=new DOMParser().parseFromString(await r.text(),"text/html"),id=d.activeElement.id
if(mine!=turn)return
if(areas().length!=page.querySelectorAll("[data-in-place]").length)throw 0
const fill=[...areas()].map(e=>[e,page.getElementById(e.id)])
if(fill.some(([,e])=>!e))throw 0
if(push)history.pushState(null,"",url)
at=here();d.title=page.title
fill.forEach(([e,f])=>e.replaceChildren(...f.childNodes))
if(!area)return
const to=(id&&d.getElementById(id))||area
if(to==area)to.tabIndex=-1
to.focus({preventScroll:true})
const top=d.querySelector("[data-in-place][role=status]")||area
if(top.getBoundingClientRect().top<0)top.scrollIntoView()
}catch{if(mine==turn)push?location.assign(url):location.reload()}}
const go=(e,url,area)=>{if(url.origin!=location.origin||url.pathname!=location.pathname||url.hash)return
e.preventDefault();show(url.href,true,area)}
d.addEventListener("click",e=>{const a=e.target.closest("[data-in-place] a[href]")
if(!a||e.button||e.metaKey||e.ctrlKey||e.shiftKey||e.altKey||a.target||a.hasAttribute("download"))return
go(e,new URL(a.href),a.closest("[data-in-place]"))})
d.addEventListener("submit",e=>{const f=e.target,area=f.closest("[data-in-place]")
if(!area||f.method!="get")return
const url=new URL(f.action),q=new URLSearchParams
new FormData(f).forEach((v,k)=>v&&q.append(k,v))
q.sort();url.search=q;go(e,url,area)})
// Back and forward, but not to another place of the same view.
addEventListener("popstate",()=>{if(here()!=at)show(here(),false)})
})(document)
