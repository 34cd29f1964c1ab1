// Where the basket is seen. Runs inside Gradio's HTML component, which gives `element`.
const panel = element.querySelector('.rp-panel');

function draw() {
  const focused = panel.contains(document.activeElement) ? document.activeElement : null;
  const { name, dataset } = focused || {};
  panel.innerHTML = window.regioplan.shown();
  if (!focused) return;
  // Whoever works with the keys keeps their place.
  const again = name ? panel.querySelector(`[name=${name}]`)
    : dataset.do ? panel.querySelector(`[data-do=${dataset.do}]`) : null;
  if (!again) panel.tabIndex = -1;
  (again || panel).focus({ preventScroll: true });
}

function ask(what, target) {
  const field = panel.querySelector('[name=name]');
  window.regioplan.hooks.basket({ do: what, target: target || null, name: field ? field.value : '' });
}

panel.addEventListener('click', event => {
  const button = event.target.closest('[data-do]');
  if (button) ask(button.dataset.do, Number(button.dataset.number));
});
panel.addEventListener('submit', event => { event.preventDefault(); ask('rename'); });
panel.addEventListener('change', event => {
  if (event.target.name === 'number') ask('open', Number(event.target.value));
});
window.addEventListener('regioplan-shown', draw);
draw();
