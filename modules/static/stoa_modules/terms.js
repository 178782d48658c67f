// Words of the glossary explained where they stand: on hover, on focus, and at the first tap. Escape closes.
// Without this script, and at a click or a second tap, the word is a link to the list at the foot of the lesson.
const note = document.createElement("div");
note.id = "term-note";
note.className = "term-note";
note.setAttribute("role", "tooltip");
note.hidden = true;
let shown = null;
let leaving = 0;
let wasShown = false;

function meaning(link) {
  return document.getElementById(link.hash.slice(1))?.querySelector("dd");
}

function show(link) {
  clearTimeout(leaving);
  const text = meaning(link);
  if (!text || shown === link) return;
  hide();
  shown = link;
  note.textContent = text.textContent;
  note.lang = text.closest("[lang]").lang;
  link.setAttribute("aria-describedby", note.id);
  note.hidden = false;
  place(link);
}

function place(link) {
  const box = link.getClientRects()[0];
  const edge = 16;
  const room = document.documentElement.clientWidth - note.offsetWidth - edge;
  const left = Math.max(edge, Math.min(box.left, room));
  const below = box.bottom + note.offsetHeight + edge < innerHeight;
  note.style.left = `${left + scrollX}px`;
  note.style.top = `${(below ? box.bottom + 4 : box.top - note.offsetHeight - 4) + scrollY}px`;
}

function hide() {
  clearTimeout(leaving);
  shown?.removeAttribute("aria-describedby");
  shown = null;
  note.hidden = true;
}

function leave() {
  clearTimeout(leaving);
  leaving = setTimeout(hide, 250); // time to move onto the note, which may be selected
}

document.body.append(note);
for (const link of document.querySelectorAll("a.term")) {
  link.addEventListener("mouseenter", () => show(link));
  link.addEventListener("mouseleave", leave);
  link.addEventListener("focus", () => show(link));
  link.addEventListener("blur", hide);
  link.addEventListener("pointerdown", () => { wasShown = shown === link; });
  link.addEventListener("click", (event) => {
    if (event.pointerType !== "touch" || wasShown || !meaning(link)) return;
    event.preventDefault();
    show(link);
  });
}
note.addEventListener("mouseenter", () => clearTimeout(leaving));
note.addEventListener("mouseleave", leave);
document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
document.addEventListener("pointerdown", (event) => { if (shown && !event.target.closest?.("a.term, #term-note")) hide(); });
