/* Comments on marked passages. Without this script the rows are there, and the passage is copied in by hand. */

for (const form of document.querySelectorAll("form[data-marking]")) help(form);

function help(form) {
  const rows = form.querySelector("[data-rows]");
  const more = form.querySelector("[data-more]");
  const quote = form.querySelector("[data-quote]");
  let marked = null; // { field, text }

  const all = () => [...rows.querySelectorAll("[data-row]")];
  const part = (row, name) => row.querySelector(`[name$="-${name}"]`);
  const isFree = (row) => !part(row, "quote").value.trim() && !part(row, "text").value.trim();
  const isFull = () => all().length >= Number(more.dataset.most);

  function add() {
    const n = all().length;
    const row = all()[0].cloneNode(true);
    row.querySelectorAll(".error-message").forEach((error) => error.remove());
    row.querySelector("legend").textContent = row.querySelector("legend").textContent.replace(/\d+/, n + 1);
    for (const node of row.querySelectorAll("[id], [name], [for]")) {
      for (const name of ["id", "name", "for"]) {
        const value = node.getAttribute(name);
        if (value) node.setAttribute(name, value.replace(/-\d+-/, `-${n}-`));
      }
      node.removeAttribute("aria-describedby");
      if (node.matches("textarea")) node.value = "";
    }
    rows.append(row);
    more.hidden = isFull();
    return row;
  }

  more.hidden = isFull();
  more.addEventListener("click", () => part(add(), "field").focus());

  document.addEventListener("selectionchange", () => {
    const selection = document.getSelection();
    const text = selection.toString().trim();
    const start = selection.anchorNode?.parentElement?.closest("[data-quotable]");
    const end = selection.focusNode?.parentElement?.closest("[data-quotable]");
    if (text && start && start === end) marked = { field: start.dataset.quotable, text };
    else if (text) marked = null;
    quote.hidden = !marked;
  });

  quote.addEventListener("click", () => {
    const row = all().find(isFree) ?? (isFull() ? null : add());
    if (!row || !marked) return;
    part(row, "field").value = marked.field;
    part(row, "quote").value = marked.text;
    part(row, "text").focus();
    marked = null;
    quote.hidden = true;
  });

  let isChanged = false;
  form.addEventListener("input", () => { isChanged = true; });
  form.addEventListener("submit", () => { isChanged = false; });
  addEventListener("beforeunload", (event) => { if (isChanged) event.preventDefault(); });
}
