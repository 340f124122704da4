/* Before a form of the admin is sent: ask whether the log-in is still good. A form that is sent without
   one is lost, as Wagtail answers it with the log-in page; so it waits here until it can be sent. */
(() => {
    const dialog = document.getElementById("kip-session");
    // Whoever logs in, or is invited, has nothing to lose yet.
    if (!document.querySelector("[data-wagtail-sidebar]")) return;
    const cleared = new WeakSet();
    let writer = null; // who began to write, as a promise
    let waiting = null; // the form that waits, and the button that was pressed
    let saving = null; // Wagtail's saving by itself, as a promise
    let typedAt = -Infinity; // in rich text, in milliseconds of this page

    async function state() {
        const headers = { "X-Requested-With": "XMLHttpRequest", Accept: "application/json" };
        try {
            const answer = await fetch(dialog.dataset.url, { headers, cache: "no-store", redirect: "manual" });
            if (!answer.ok) return { reason: answer.status >= 500 ? "no-answer" : "logged-out" };
            return await answer.json();
        } catch {
            return { reason: "no-answer" };
        }
    }

    // Wagtail's editor of rich text puts what was typed into the form a quarter of a second later.
    const settled = () => new Promise((resolve) => setTimeout(resolve, typedAt + 500 - performance.now()));

    function renew(token) {
        // Logging in makes a new secret, which the forms of this page do not know.
        for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = token;
    }

    function send({ form, button }) {
        cleared.add(form);
        // Wagtail disables a button that was pressed; a disabled one would not say what was wanted.
        const disabled = button?.disabled;
        if (button) button.disabled = false;
        form.requestSubmit(button);
        if (button) button.disabled = disabled;
    }

    function show(reason) {
        // Wagtail lets the button turn until the next page comes, which does not.
        const { button } = waiting;
        if (button?.dataset.wProgressLoadingValue) button.dataset.wProgressLoadingValue = "false";
        for (const text of dialog.querySelectorAll("[data-reason]")) text.hidden = text.dataset.reason !== reason;
        dialog.querySelector("[data-log-in]").hidden = reason === "no-answer";
        if (!dialog.open) dialog.showModal();
    }

    async function tryToSend() {
        if (!waiting) return;
        await settled();
        // A new page that Wagtail saves by itself and that is sent meanwhile would be made twice.
        await saving;
        const [{ reason, user, token }, before] = await Promise.all([state(), writer]);
        if (!waiting) return;
        if (reason || (before?.user && before.user !== user)) {
            show(reason ?? "other-user");
            return;
        }
        const ready = waiting;
        waiting = null;
        renew(token);
        dialog.close();
        send(ready);
    }

    document.addEventListener("w-autosave:save", (event) => {
        if (waiting) {
            event.preventDefault();
            return;
        }
        saving ??= new Promise((resolve) => {
            const done = () => resolve((saving = null));
            document.addEventListener("w-autosave:success", done, { once: true });
            document.addEventListener("w-autosave:error", done, { once: true });
        });
    });
    for (const name of ["keydown", "beforeinput", "input"]) {
        const note = (event) => {
            if (event.target.isContentEditable) typedAt = performance.now();
        };
        document.addEventListener(name, note, true);
    }
    document.addEventListener("focusin", (event) => {
        if (event.target.form?.method === "post") writer ??= state();
    });
    document.addEventListener(
        "submit",
        (event) => {
            const form = event.target;
            if (form.method !== "post" || form.target || cleared.delete(form)) return;
            event.preventDefault();
            event.stopImmediatePropagation();
            waiting = { form, button: event.submitter };
            tryToSend();
        },
        true,
    );
    document.addEventListener("visibilitychange", () => {
        if (document.visibilityState === "visible") tryToSend();
    });
    dialog.querySelector("[data-retry]").addEventListener("click", tryToSend);
    dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
        waiting = null;
    });
})();
