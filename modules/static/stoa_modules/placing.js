/* Says the four numbers of an area that an author draws over the picture of a question. */

const SVG = "http://www.w3.org/2000/svg";

for (const part of document.querySelectorAll("[data-placing]")) equip(part);

function equip(part) {
  const picture = part.querySelector(".hotspot");
  const said = part.querySelector("[data-placing-said]");
  if (!picture) return;
  const drawn = picture.querySelector(".areas").appendChild(document.createElementNS(SVG, "rect"));
  drawn.setAttribute("class", "drawn");
  let start = null;

  const per = (value) => Math.round(Math.min(100, Math.max(0, value)) * 2) / 2;
  function point(event) {
    const box = picture.getBoundingClientRect();
    return [per((event.clientX - box.left) / box.width * 100), per((event.clientY - box.top) / box.height * 100)];
  }

  picture.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    picture.setPointerCapture(event.pointerId);
    start = point(event);
  });
  picture.addEventListener("pointermove", (event) => {
    if (!start) return;
    const end = point(event);
    const [x, y] = [0, 1].map((side) => Math.min(start[side], end[side]));
    const [width, height] = [0, 1].map((side) => Math.abs(start[side] - end[side]));
    const found = { x, y, width, height };
    for (const side of Object.keys(found)) drawn.setAttribute(side, `${found[side]}%`);
    said.textContent = part.dataset.said.replace(/\{(\w+)\}/g, (_all, side) => found[side].toLocaleString(document.documentElement.lang));
  });
  for (const end of ["pointerup", "pointercancel"]) picture.addEventListener(end, () => { start = null; });
}
