// The search form. Runs inside Gradio's HTML component, which gives `element`, `trigger` and
// `watch`. The form is drawn anew with every answer, so what was open and focused is remembered.
const opened = new Map();
let focused = null;

function form() { return element.querySelector('form'); }

function ask(shown) {
  trigger('input', { address: new URLSearchParams(new FormData(form())).toString(), shown });
}

function controls(name) {
  return [...form().elements].filter(control => control.name === name);
}

function clear(control) {
  if (control.type === 'checkbox') control.checked = false;
  else if (control.type === 'number') control.value = '';
}

function mark(control) {
  focused = control.name ? { name: control.name, value: control.value, type: control.type } : null;
}

element.addEventListener('change', event => {
  if (!event.target.form) return;
  mark(event.target);
  ask();
});
element.addEventListener('submit', event => { event.preventDefault(); ask(); });
element.addEventListener('toggle', event => {
  if (event.target.dataset.key) opened.set(event.target.dataset.key, event.target.open);
}, true);
element.addEventListener('click', event => {
  const button = event.target.closest('button');
  if (!button) return;
  const { drop, value, mode } = button.dataset;
  if (drop) controls(drop).filter(c => value === undefined || c.value === value).forEach(clear);
  else if (mode) controls('mode').forEach(c => { c.checked = c.value === mode; });
  else if ('reset' in button.dataset) [...form().elements].forEach(clear);
  else if ('more' in button.dataset) {
    focused = null;
    ask(Number(element.querySelector('.rp-search').dataset.shown) || 0);
    return;
  } else return;
  focused = { status: true };
  ask();
});

// What the page asks for when it opens can be answered after what somebody quick typed since.
// Such an answer is not to what was submitted last, so that is asked once more.
let submitted = null;
document.addEventListener('keydown', event => {
  if (event.key === 'Enter' && event.target.closest('#query')) submitted = event.target.value;
}, true);
document.addEventListener('click', event => {
  const field = document.querySelector('#query textarea, #query input');
  submitted = event.target.closest('#search') && field ? field.value : null;
}, true);

function overtaken(view) {
  if (submitted === null || !view) return false;
  return submitted !== (new URLSearchParams(view.dataset.address).get('q') || '');
}

function restore() {
  if (overtaken(element.querySelector('.rp-search'))) {
    submitted = null;
    ask();
    return;
  }
  const narrow = element.querySelector('[data-key=narrow]');
  if (narrow && !opened.has('narrow') && window.innerWidth < 800) narrow.open = false;
  element.querySelectorAll('details[data-key]').forEach(part => {
    if (opened.has(part.dataset.key)) part.open = opened.get(part.dataset.key);
  });
  if (focused && document.activeElement === document.body) {
    const again = focused.name && controls(focused.name).find(
      c => c.type !== 'checkbox' && c.type !== 'radio' || c.value === focused.value);
    const target = again || element.querySelector('.rp-results');
    if (!again) target.tabIndex = -1;
    target.focus({ preventScroll: true });
  }
  focused = null;
  const view = element.querySelector('.rp-search');
  if (view) window.regioplan.address(view.dataset.address);
}

watch('value', restore);
restore();
