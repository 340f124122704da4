/* Many files at once: sent one by one as they are dropped or chosen, a row of the list for each.
   Without this script the form sends them all together and is answered with the same list. */
(() => {
  const setUp = (form) => {
    const input = form.querySelector("input[type=file]");
    const zone = form.querySelector("[data-kip-drop-zone]");
    const results = document.querySelector("[data-kip-results]");
    const rows = results.querySelector("[data-kip-rows]");
    const progress = results.querySelector("[data-kip-progress]");
    const waiting = [];
    let done = 0;
    let total = 0;
    let isSending = false;

    const tell = () => {
      progress.textContent = form.dataset.progress.replace("[done]", done).replace("[total]", total);
    };

    const row = (name, text) => {
      const item = document.createElement("li");
      item.className = "kip-quick__row";
      const inner = document.createElement("div");
      const title = document.createElement("p");
      title.className = "kip-quick__name";
      title.textContent = name;
      const state = document.createElement("p");
      state.textContent = text;
      inner.append(title, state);
      item.append(inner);
      return item;
    };

    // What is chosen while a file waits for its turn is meant for the files after it.
    const filledInNow = (file) => {
      const data = new FormData(form);
      data.set(input.name, file);
      return data;
    };

    const send = async ({ file, item, data }) => {
      // Who has logged in anew while it waited has another token by now.
      const token = form.elements.csrfmiddlewaretoken;
      data.set(token.name, token.value);
      const response = await fetch(form.action, {
        method: "POST",
        body: data,
        headers: { Accept: "application/json" },
        redirect: "error",
      });
      const told = await response.json();
      if (told.errors) item.replaceWith(row(file.name, told.errors.join(" ")));
      else item.outerHTML = told.rows.join("");
    };

    const work = async () => {
      if (isSending) return;
      isSending = true;
      while (waiting.length) {
        const next = waiting.shift();
        try {
          await send(next);
        } catch {
          next.item.replaceWith(row(next.file.name, form.dataset.failed));
        }
        done += 1;
        tell();
      }
      isSending = false;
    };

    const take = (files) => {
      if (!form.querySelector("[name=category]:checked")) {
        const first = form.querySelector("[name=category]");
        first.setCustomValidity(form.dataset.category);
        first.reportValidity();
        return false;
      }
      results.hidden = false;
      [...files].forEach((file) => {
        const item = row(file.name, form.dataset.sending);
        rows.append(item);
        waiting.push({ file, item, data: filledInNow(file) });
        total += 1;
      });
      tell();
      work();
      return true;
    };

    form.addEventListener("change", (event) => {
      if (event.target.name === "category") {
        form.querySelectorAll("[name=category]").forEach((field) => field.setCustomValidity(""));
      }
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (take(input.files)) input.value = "";
    });
    ["dragenter", "dragover"].forEach((name) =>
      zone.addEventListener(name, (event) => {
        event.preventDefault();
        zone.classList.add("kip-quick__drop--over");
      }),
    );
    ["dragleave", "drop"].forEach((name) =>
      zone.addEventListener(name, () => zone.classList.remove("kip-quick__drop--over")),
    );
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      take(event.dataTransfer.files);
    });
    window.addEventListener("beforeunload", (event) => {
      if (isSending) event.preventDefault();
    });
    form.querySelector("[data-kip-drop-hint]").hidden = false;
  };

  document.querySelectorAll("[data-kip-drop]").forEach(setUp);
})();
