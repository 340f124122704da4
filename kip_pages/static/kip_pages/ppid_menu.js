// Groups of the PPID menu open over the page. Who goes on, or presses Escape, has them closed, so that they
// hide nothing that has the focus.
(d=>{const open=()=>d.querySelectorAll(".ppid-menu details[open]")
const leave=e=>open().forEach(group=>{if(!group.contains(e.target))group.open=false})
d.addEventListener("focusin",leave)
d.addEventListener("click",leave)
d.addEventListener("keydown",e=>{if(e.key!="Escape")return
open().forEach(group=>{if(group.contains(d.activeElement))group.querySelector("summary").focus()
group.open=false})})
})(document)
