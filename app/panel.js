// A panel over the activities this browser remembers under NAME. Runs inside Gradio's HTML
// component, which gives `element` and `server` with a function of that name.
let drawn = null;

async function draw() {
  const ids = window.regioplan.read(NAME);
  const wanted = ids.join();
  if (wanted === drawn || !element.offsetParent) return;  // hidden: drawn when it is seen
  drawn = wanted;
  const html = await server[NAME](ids);
  if (drawn === wanted) element.querySelector('.rp-panel').innerHTML = html;
}

window.addEventListener('regioplan-' + NAME, draw);
new IntersectionObserver(seen => { if (seen[0].isIntersecting) draw(); }).observe(element);
