// The map of activities. Runs inside Gradio's HTML component, which gives `element`, `server`
// (map_points), `trigger` and `watch`; PLOTLY is its address on this server, LANGUAGE its words.
const LOOKS = { ...LANGUAGE, responsive: true, displaylogo: false, showSendToCloud: false,
  scrollZoom: true, toImageButtonOptions: { format: 'svg', filename: 'regioplan-map' } };
const NARROW = window.innerWidth < 700;  // names under the map, or they leave it no room
const LAYOUT = { height: NARROW ? 680 : 560, margin: { l: 5, r: 5, t: 35, b: 5 }, dragmode: 'pan',
  xaxis: { visible: false }, yaxis: { visible: false }, hovermode: 'closest',
  paper_bgcolor: 'rgba(0,0,0,0)', plot_bgcolor: 'rgba(0,0,0,0)',
  legend: { font: { color: getComputedStyle(element).color },
    ...(NARROW ? { orientation: 'h', y: 0 } : {}) } };
let points = null;

function plain(text) {  // hover texts are HTML to plotly
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

function traces(asked) {
  const names = points[asked.by];
  const lit = new Set(asked.hits || []);
  const groups = new Map();
  names.forEach((name, i) => {
    if (!groups.has(name)) groups.set(name, []);
    groups.get(name).push(i);
  });
  const last = name => name === asked.none;  // what has none is drawn pale, and named last
  const ordered = [...groups.keys()].sort((a, b) => last(a) - last(b) || a.localeCompare(b));
  const out = ordered.map(name => {
    const rows = groups.get(name);
    const pale = last(name) ? { color: '#d6d3d1' } : {};
    return { type: 'scattergl', mode: 'markers', name: name, x: rows.map(i => points.x[i]),
      y: rows.map(i => points.y[i]), customdata: rows, text: rows.map(i => plain(points.text[i])),
      hoverinfo: 'text', marker: { size: 6, opacity: lit.size ? 0.2 : 0.8, ...pale } };
  });
  if (lit.size) {
    const rows = points.id.map((id, i) => i).filter(i => lit.has(points.id[i]));
    out.push({ type: 'scattergl', mode: 'markers', name: asked.found, x: rows.map(i => points.x[i]),
      y: rows.map(i => points.y[i]), customdata: rows, text: rows.map(i => plain(points.text[i])),
      hoverinfo: 'text', marker: { size: 11, color: '#dc2626', line: { width: 1, color: '#fff' } } });
  }
  return out;
}

function chosen(event) {
  if (!event || !event.points || !event.points.length) return;
  trigger('click', { ids: event.points.slice(0, 500).map(p => points.id[p.customdata]) });
}

// Four megabytes that only those who open the map need: fetched once, when it is first seen.
function drawing() {
  window.regioplan.plotly ||= new Promise((done, failed) => {
    document.head.append(Object.assign(document.createElement('script'),
      { src: PLOTLY, onload: done, onerror: failed }));
  });
  return window.regioplan.plotly;
}

async function draw() {
  if (!props.value || !element.offsetParent) return;  // hidden: drawn when it is seen
  await drawing();
  const asked = JSON.parse(props.value);
  points = points || await server.map_points(null);
  const box = element.querySelector('.rp-map');
  await Plotly.react(box, traces(asked), LAYOUT, LOOKS);
  box.removeAllListeners('plotly_click');
  box.removeAllListeners('plotly_selected');
  box.on('plotly_click', chosen);
  box.on('plotly_selected', chosen);
}

watch('value', draw);
// A hidden tab has no width: the map is drawn when it is first seen.
new IntersectionObserver(seen => { if (seen[0].isIntersecting) draw(); }).observe(element);
