/* Keeps private notes and checklists while the learner works. Without this script the form has its button.
   A note carries the version it was written on (`base`), a list what it said when it was shown (`was`): the server
   refuses to write over a newer note, and writes only those points of a list that were changed here. */

const PAUSE = 900; // ms without typing before a save
const AGAIN = 4000; // ms before the first new try after a failure; it doubles up to a minute

for (const form of document.querySelectorAll("form[data-keep]")) keep(form);

function keep(form) {
  const status = form.querySelector("[role=status]");
  const { base, was } = form.elements;
  const other = form.querySelector("[data-other]");
  let timer, changes = 0, kept = 0, isSending = false, isStale = false, wait = AGAIN;

  const later = (ms) => { clearTimeout(timer); timer = setTimeout(save, ms); };
  const say = (words) => {
    const boxes = form.querySelectorAll("[type=checkbox]");
    const ticked = form.querySelectorAll("[type=checkbox]:checked");
    status.textContent = words.replace("{n}", ticked.length).replace("{m}", boxes.length);
  };

  async function save() {
    if (isSending || isStale || kept === changes) return;
    isSending = true;
    const sending = changes;
    try {
      const answer = await fetch(form.action, {
        method: "POST", body: new FormData(form), headers: { Accept: "application/json" },
      });
      const told = await answer.json(); // a sign-in page is no JSON: the session has ended, and nothing was kept
      if (answer.status === 409) showOther(told);
      else if (!answer.ok) throw new Error(answer.status);
      else {
        kept = sending;
        wait = AGAIN;
        if (base) base.value = told.version;
        if (was) takeOver(told.data, kept === changes);
        if (kept !== changes) later(PAUSE);
        else say(told.is_cut ? form.dataset.saidCut : form.dataset.saidSaved);
      }
    } catch {
      say(form.dataset.saidFailed);
      later(wait);
      wait = Math.min(wait * 2, 60000);
    }
    isSending = false;
  }

  /* What another device ticked or wrote comes in where nothing was changed here since. */
  function takeOver(data, isQuiet) {
    if (isQuiet) {
      for (const box of form.querySelectorAll("[name=ticked]")) box.checked = data.ticked.includes(box.value);
      for (const field of form.querySelectorAll("[name^='note-']")) {
        if (field !== document.activeElement) field.value = data.notes?.[field.name.slice(5)] ?? "";
      }
      was.value = JSON.stringify(data);
    }
  }

  function showOther(told) {
    isStale = true;
    say(form.dataset.saidStale);
    other.querySelector("[data-other-text]").textContent = told.data.text;
    other.hidden = false;
    other.querySelector("[data-mine]").onclick = () => settle(told);
    other.querySelector("[data-theirs]").onclick = () => {
      form.elements.text.value = told.data.text;
      settle(told);
    };
  }

  function settle(told) {
    base.value = told.version;
    other.hidden = true;
    isStale = false;
    changes += 1;
    form.elements.text.focus();
    later(0);
  }

  form.addEventListener("input", (event) => {
    changes += 1;
    later(event.target.type === "checkbox" ? 150 : PAUSE);
  });
  form.addEventListener("change", () => later(0));
  form.addEventListener("submit", () => { kept = changes; });
  addEventListener("online", () => later(0));
  addEventListener("beforeunload", (event) => { if (kept !== changes) event.preventDefault(); });
}
