/* Areas of a picture show what is ticked in the list below it, and a tap on one ticks without jumping there. */

for (const part of document.querySelectorAll("[data-hotspot]")) equip(part);

function equip(part) {
  const said = part.appendChild(document.createElement("p"));
  said.className = "visually-hidden";
  said.setAttribute("role", "status");

  const box = (area) => document.getElementById(area.htmlFor);
  const words = (input) => input.closest("label").textContent.trim().replace(/\s+/g, " ");

  function show() {
    for (const area of part.querySelectorAll("label.area")) area.classList.toggle("is-chosen", box(area).checked);
  }

  part.addEventListener("click", (event) => {
    const area = event.target.closest("label.area");
    if (!area) return;
    event.preventDefault();
    const input = box(area);
    if (input.matches(":disabled")) return;
    input.checked = !input.checked;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
    said.textContent = (input.checked ? part.dataset.said : part.dataset.unsaid).replace("{what}", words(input));
  });
  part.addEventListener("change", show);
  addEventListener("pageshow", show); // what was kept on this device is put back after this script ran
  show();
}
