// Read aloud, by the browser's own voice: a button below the head of an article, where there is a voice.
(() => {
    const speech = window.speechSynthesis;
    const heading = document.querySelector("main .article h1");
    if (!speech || !heading) return;
    const { start, stop } = document.currentScript.dataset;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--quiet read-aloud";
    const head = heading.closest("header");
    head ? head.append(button) : heading.after(button);
    const article = heading.closest(".article");
    let read = null;

    const show = (block) => {
        read?.classList.remove("is-read");
        read = block;
        read?.classList.add("is-read");
        button.textContent = block ? stop : start;
    };
    // Block by block: browsers stop within long texts, and each may be in a language of its own.
    const blocks = () =>
        [...article.querySelectorAll("h1, h2, h3, h4, p, li, dt, dd, figcaption, blockquote, td, th")].filter(
            (block) => block.offsetParent && block.innerText.trim() && !block.querySelector("p, li, td, blockquote"),
        );
    const end = () => {
        speech.cancel();
        show(null);
    };
    const begin = () => {
        speech.cancel();
        const queue = blocks();
        queue.forEach((block, number) => {
            const said = new SpeechSynthesisUtterance(block.innerText);
            said.lang = block.closest("[lang]").lang;
            said.onstart = () => show(block);
            if (number === queue.length - 1) said.onend = end;
            speech.speak(said);
        });
        show(queue[0]);
    };
    button.addEventListener("click", () => (read ? end() : begin()));
    window.addEventListener("pagehide", end);
    show(null);
})();
