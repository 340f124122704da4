// Shows how far an import is; without this script the link on the page does.
(() => {
  const box = document.querySelector("[data-import-progress]");
  if (!box) return;
  const bar = box.querySelector("progress");
  const show = (selector, value) => {
    const place = box.querySelector(selector);
    // Only what changed is written: a screen reader reads every change.
    if (place && place.textContent !== String(value)) place.textContent = value;
  };
  const look = async () => {
    try {
      const answer = await fetch(box.dataset.importProgress, { credentials: "same-origin" });
      if (!answer.ok || answer.redirected) return;
      const told = await answer.json();
      if (told.state !== box.dataset.importState) {
        window.location.reload();
        return;
      }
      show("[data-import-rows]", told.rows_read);
      show("[data-import-done]", told.done);
      if (told.state === "running") bar.value = told.done;
    } catch {
      // The server may be away for a moment.
    }
    setTimeout(look, 2000);
  };
  setTimeout(look, 1000);
})();
