/* Saves every answer of a test while it is given. Without this script the form has its buttons. */

const PAUSE = 400; // ms without a change before a save
const AGAIN = 3000; // ms before the first new try after a failure; it doubles up to a minute
const GRACE = 32000; // ms after the deadline in which a last save may still arrive

for (const form of document.querySelectorAll("form[data-sitting]")) sit(form);

function sit(form) {
  const status = form.querySelector("[data-saved]");
  const drawer = `stoa-sitting-${form.dataset.sitting}`; // what could not be sent yet, on this device
  const waiting = new Map(Object.entries(read(drawer)));
  let timer, isSending = false, wait = AGAIN;

  const fields = (place) => form.querySelector(`[data-place="${place}"]`);
  const later = (ms) => { clearTimeout(timer); timer = setTimeout(send, ms); };
  const say = (words, number = "") => { status.textContent = words.replace("{n}", number); };

  function values(place) {
    const found = [];
    for (const field of fields(place).querySelectorAll("input, select, textarea")) {
      if ((field.type === "checkbox" || field.type === "radio") && !field.checked) continue;
      if (field.name) found.push([field.name, field.value]);
    }
    return found;
  }

  async function send() {
    if (isSending || !waiting.size) return;
    isSending = true;
    const [place, sending] = waiting.entries().next().value;
    const body = new URLSearchParams([["place", place], ...sending]);
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    try {
      const answer = await fetch(form.dataset.save, { method: "POST", body, keepalive: true });
      const told = await answer.json(); // a sign-in page is no JSON: the session has ended
      if (answer.status === 409) { empty(); location.assign(told.url); return; }
      if (answer.status === 400 || answer.status === 403) { forget(place, sending); say(told.problem); }
      else if (!answer.ok) throw new Error(answer.status);
      else { forget(place, sending); say(form.dataset.saidSaved, told.answered); }
      wait = AGAIN;
      later(0);
    } catch {
      say(form.dataset.saidFailed);
      later(wait);
      wait = Math.min(wait * 2, 60000);
    }
    isSending = false;
  }

  function forget(place, sent) {
    if (waiting.get(place) === sent) waiting.delete(place);
    write(drawer, waiting);
  }
  function empty() { waiting.clear(); write(drawer, waiting); }

  for (const [place, kept] of waiting) if (fields(place)) put(fields(place), kept); else waiting.delete(place);
  if (waiting.size) later(0);

  const note = (event) => {
    const place = event.target.closest("[data-place]")?.dataset.place;
    if (place === undefined) return;
    waiting.delete(place);
    waiting.set(place, values(place));
    write(drawer, waiting);
    later(event.type === "change" ? 0 : PAUSE);
  };
  form.addEventListener("input", note);
  form.addEventListener("change", note);
  form.addEventListener("submit", () => { clearTimeout(timer); empty(); });
  addEventListener("online", () => later(0));
  if (form.dataset.left) count(form, Number(form.dataset.left));
}

/* The time left, counted by a clock that nobody can set. It is said aloud at ten, five and one minute. */
function count(form, seconds) {
  const shown = form.querySelector("[data-clock]");
  const said = form.querySelector("[data-clock-said]");
  const end = performance.now() + seconds * 1000;
  const aloud = new Set([10, 5, 1]);
  const tick = () => {
    const left = Math.max(0, end - performance.now());
    const minutes = Math.ceil(left / 60000);
    shown.textContent = form.dataset.saidLeft.replace("{n}", minutes);
    if (aloud.delete(minutes)) said.textContent = shown.textContent;
    if (left > 0) { setTimeout(tick, 1000); return; }
    shown.textContent = said.textContent = form.dataset.saidOver;
    for (const part of form.querySelectorAll("fieldset, button")) part.disabled = true;
    setTimeout(() => location.reload(), GRACE);
  };
  tick();
}

function put(fieldset, kept) {
  for (const field of fieldset.querySelectorAll("input, select, textarea")) {
    const given = kept.filter(([name]) => name === field.name).map(([, value]) => value);
    if (field.type === "checkbox" || field.type === "radio") field.checked = given.includes(field.value);
    else if (given.length) field.value = given[0];
  }
  fieldset.querySelector("[data-ordering]")?.dispatchEvent(new Event("change"));
}

function read(key) { try { return JSON.parse(localStorage.getItem(key)) || {}; } catch { return {}; } }
function write(key, waiting) {
  try {
    if (waiting.size) localStorage.setItem(key, JSON.stringify(Object.fromEntries(waiting)));
    else localStorage.removeItem(key);
  } catch { /* a browser without storage still saves to the server */ }
}
