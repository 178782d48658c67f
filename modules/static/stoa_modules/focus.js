/* After a form was sent, the answer is what to read first: a result, or what is still missing. */
document.querySelector("[data-focus]")?.focus();
