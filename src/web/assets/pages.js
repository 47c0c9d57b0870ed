"use strict";
// Everything works without this. It saves a click, and keeps what moves up to date.
for (const select of document.querySelectorAll("select[data-submit]")) {
  select.addEventListener("change", () => select.form.requestSubmit());
  const button = select.form.querySelector("button");
  if (button) button.hidden = true;
}
for (const live of document.querySelectorAll("[data-events]")) {
  const source = new EventSource(live.dataset.events);
  const show = (event) => { live.innerHTML = event.data; };
  source.addEventListener("progress", show);
  source.addEventListener("over", (event) => {
    show(event);
    source.close();
    if ("reload" in live.dataset) location.reload();
  });
}
for (const input of document.querySelectorAll("input[data-count]")) {
  const told = document.createElement("span");
  told.className = "soft small";
  const tell = () => { told.textContent = [...input.value].length + " / " + input.maxLength; };
  input.addEventListener("input", tell);
  input.after(told);
  tell();
}
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", () => setTimeout(() => {
    for (const button of form.querySelectorAll("button")) button.disabled = true;
  }));
}
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button:disabled")) button.disabled = false;
});
