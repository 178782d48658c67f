/* Keeps an artefact while it is written: only the fields that changed, so that two devices do not undo each other.
   Without this script the form has its button. */

const PAUSE = 1200; // ms without typing before a save
const AGAIN = 4000; // ms before the first new try after a failure; it doubles up to a minute

for (const form of document.querySelectorAll("form[data-artefact]")) keep(form);

function keep(form) {
  const status = form.querySelector("[role=status]");
  const token = form.querySelector("[name=csrfmiddlewaretoken]");
  const kept = new Map(); // text of each field as it was last saved
  let timer, isSending = false, isClosed = false, wait = AGAIN;

  const texts = [...form.querySelectorAll("textarea")];
  texts.forEach((text) => kept.set(text.name, text.value));
  const changed = () => texts.filter((text) => kept.get(text.name) !== text.value);
  const later = (ms) => { clearTimeout(timer); timer = setTimeout(save, ms); };

  async function save() {
    const sending = changed().map((text) => [text.name, text.value]);
    if (isSending || isClosed || !sending.length) return;
    isSending = true;
    const body = new FormData();
    body.set(token.name, token.value);
    for (const [name, value] of sending) body.set(name, value);
    try {
      const answer = await fetch(form.dataset.save, {
        method: "POST", body, headers: { Accept: "application/json" },
      });
      const said = await answer.json(); // a sign-in page is no JSON: the session has ended, and nothing was kept
      if (answer.status === 409) {
        isClosed = true;
        status.textContent = form.dataset.saidClosed;
      } else {
        if (!answer.ok) throw new Error(answer.status);
        for (const [name, value] of sending) {
          kept.set(name, value);
          const was = form.querySelector(`[name="${CSS.escape(name.replace("text-", "was-"))}"]`);
          was.value = said.was[was.name];
        }
        wait = AGAIN;
        status.textContent = form.dataset.saidSaved;
        if (changed().length) later(PAUSE);
      }
    } catch {
      status.textContent = form.dataset.saidFailed;
      later(wait);
      wait = Math.min(wait * 2, 60000);
    }
    isSending = false;
  }

  function count(text) {
    const place = form.querySelector(`[data-words="${CSS.escape(text.id)}"]`);
    const words = text.value.split(/\s+/).filter(Boolean).length;
    if (place) place.textContent = form.dataset.saidWords.replace("{n}", words);
  }

  form.addEventListener("input", (event) => {
    if (event.target.matches("textarea")) { count(event.target); later(PAUSE); }
  });
  form.addEventListener("change", (event) => {
    if (event.target.matches("textarea")) later(0);
    if (event.target.matches("[type=file]")) weigh(event.target);
  });
  let isLeaving = false;
  form.addEventListener("submit", () => {
    isLeaving = true;
    setTimeout(() => { isLeaving = false; }, 5000); // sending may have been broken off
    clearTimeout(timer);
  });
  addEventListener("online", () => later(0));
  addEventListener("beforeunload", (event) => { if (!isLeaving && changed().length) event.preventDefault(); });

  /* Says at once what the server would say after minutes of sending. */
  function weigh(input) {
    const most = Number(input.dataset.mostBytes);
    const large = [...input.files].find((file) => file.size > most);
    const error = form.querySelector("#files-error");
    error.hidden = !large;
    error.querySelector("span").textContent = large ? `${large.name}: ${form.dataset.saidLarge}` : "";
    if (large) input.value = "";
  }
}
