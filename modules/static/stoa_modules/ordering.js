/* Adds up and down buttons to an ordering question. The numbers in its selects stay the answer. */

for (const list of document.querySelectorAll("[data-ordering]")) equip(list);

function equip(list) {
  if (list.closest("fieldset").disabled) return;
  const said = list.parentElement.appendChild(document.createElement("p"));
  said.className = "visually-hidden";
  said.setAttribute("role", "status");

  const rows = () => [...list.children];
  const select = (row) => row.querySelector("select");
  const words = (row) => row.querySelector("label > span").textContent;

  function number() {
    rows().forEach((row, place) => { select(row).value = String(place + 1); });
  }

  function move(row, step, button) {
    const other = step < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (other) step < 0 ? other.before(row) : other.after(row);
    number();
    select(row).dispatchEvent(new Event("change", { bubbles: true })); // a test saves it
    button.focus();
    said.textContent = list.dataset.said
      .replace("{what}", words(row)).replace("{n}", select(row).value).replace("{m}", rows().length);
  }

  function arrange() {
    const places = rows().map((row) => select(row).value);
    if (places.includes("") || new Set(places).size < places.length) return;
    list.append(...rows().sort((a, b) => select(a).value - select(b).value));
  }

  for (const row of rows()) {
    const moves = document.createElement("span");
    moves.className = "moves";
    for (const [name, step] of [["up", -1], ["down", 1]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-outline-primary";
      button.textContent = list.dataset[name];
      button.setAttribute("aria-label", `${list.dataset[name]}: ${words(row)}`);
      button.addEventListener("click", () => move(row, step, button));
      moves.append(button);
    }
    row.append(moves);
  }
  list.addEventListener("change", arrange);
  arrange();
}
