/* Copy buttons beside code and citations. */
document.addEventListener("click", function (event) {
  var button = event.target.closest("[data-od-copy]");
  if (!button) { return; }
  var source = document.getElementById(button.getAttribute("data-od-copy"));
  navigator.clipboard.writeText(source.textContent.trim()).then(function () {
    var before = button.textContent;
    button.textContent = button.getAttribute("data-od-done");
    setTimeout(function () { button.textContent = before; }, 1500);
  });
});
