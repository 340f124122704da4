// A field above a long list of boxes: leaves those with the typed letters, and whatever is ticked.
addEventListener("DOMContentLoaded", () => {
  for (const list of document.querySelectorAll("div.kip-choices")) {
    const rows = [...list.children];
    const label = list.querySelector("[data-filter]")?.dataset.filter;
    if (rows.length < 8 || !label) continue;
    const field = document.createElement("input");
    field.type = "search";
    field.className = "kip-choices-filter";
    field.placeholder = label;
    field.setAttribute("aria-label", label);
    field.addEventListener("input", () => {
      const words = field.value.toLowerCase().split(/\s+/);
      for (const row of rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !row.querySelector(":checked") && !words.every((word) => text.includes(word));
      }
    });
    // The form is not sent by the key that ends a search.
    field.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
    list.before(field);
  }
});
