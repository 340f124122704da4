/* The list of what a register entry lacks shrinks as its fields are filled; a link opens its field. */
(() => {
  const fieldsOf = (item) =>
    item.dataset.fields
      .split(" ")
      .flatMap((name) => [...document.querySelectorAll(`#page-edit-form [name="${name}"]`)]);

  const isFilled = (field) =>
    field.type === "checkbox" || field.type === "radio" ? field.checked : field.value.trim() !== "";

  const refresh = (list) => {
    const items = [...list.querySelectorAll("[data-fields]")];
    items.forEach((item) => {
      const fields = fieldsOf(item);
      if (fields.length) item.hidden = fields.some(isFilled);
    });
    const isComplete = items.every((item) => item.hidden);
    list.querySelector("[data-kip-to-do-missing]").hidden = isComplete;
    list.querySelector("[data-kip-to-do-complete]").hidden = !isComplete;
  };

  const open = (event) => {
    const link = event.target.closest("[data-fields] a");
    if (!link) return;
    const [field] = fieldsOf(link.closest("[data-fields]"));
    if (!field) return;
    event.preventDefault();
    for (let panel = field.closest("[data-panel]"); panel; panel = panel.parentElement.closest("[data-panel]")) {
      const toggle = panel.querySelector(":scope > .w-panel__header [data-panel-toggle][aria-expanded=false]");
      if (toggle) toggle.click();
    }
    field.scrollIntoView({ block: "center" });
    field.focus();
  };

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-kip-to-do]").forEach((list) => {
      list.addEventListener("click", open);
      ["input", "change"].forEach((name) =>
        document.addEventListener(name, () => refresh(list)),
      );
      refresh(list);
    });
  });
})();
