// Draws the data of a trace: sums above, builds below, one time axis for both. The build puts it into
// stevectl, and that into each page (TracePage.swift).
"use strict";
window.onerror = (text) => { document.documentElement.dataset.error = text; };
{
// A block: the window has names of its own, such as top.
const trace = JSON.parse(document.getElementById("trace").textContent);
const sums = document.getElementById("sums"), rows = document.getElementById("rows");
const scroller = document.getElementById("scroller"), tip = document.getElementById("tip");
const gutter = 190, laneHeight = 11, buildGap = 9, stackHeight = 190, lineHeight = 74, axisHeight = 20;
// No red: that warns.
const hues = [210, 140, 280, 45, 180, 320, 95, 250, 70];
const colour = (build, light) => `hsl(${hues[build % hues.length]} 50% ${(light ?? 52) - build / hues.length % 3 * 8}%)`;
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name);
let begin = 0, end = Math.max(1, trace.length), drawing = false;

// Slices as objects; each build knows where its rows begin.
let top = 0;
trace.builds.forEach((build, index) => {
  const flat = build.slices;
  build.index = index;
  build.top = top;
  top += build.lanes * laneHeight + buildGap;
  build.slices = [];
  for (let i = 0; i < flat.length; i += 7) {
    const [from, length, lane, process, ending, count, busy] = flat.slice(i, i + 7);
    build.slices.push({from, to: from + length, lane, process, ending, count, busy});
  }
});
document.getElementById("space").style.height = top + "px";

function time(microseconds) {
  const seconds = microseconds / 1e6, two = (n) => String(Math.floor(n)).padStart(2, "0");
  if (seconds >= 3600) return `${Math.floor(seconds / 3600)}:${two(seconds / 60 % 60)}:${two(seconds % 60)}`;
  if (seconds >= 60) return `${Math.floor(seconds / 60)}:${two(seconds % 60)} min`;
  return seconds >= 1 ? `${+seconds.toFixed(2)} s` : `${+(seconds * 1000).toFixed(2)} ms`;
}
const width = () => document.body.clientWidth;
const x = (t) => gutter + (t - begin) / (end - begin) * (width() - gutter - 12);
const timeAt = (px) => begin + (px - gutter) / (width() - gutter - 12) * (end - begin);
function valueAt(points, t) {
  let low = 0, high = points.length;
  while (low < high) { const middle = (low + high) >> 1; if (points[middle][0] <= t) low = middle + 1; else high = middle; }
  return low > 0 ? points[low - 1][1] : undefined;
}

function prepare(canvas, height) {
  const ratio = window.devicePixelRatio || 1, pen = canvas.getContext("2d");
  canvas.style.height = height + "px";
  canvas.width = width() * ratio;
  canvas.height = height * ratio;
  canvas.style.width = width() + "px";
  pen.scale(ratio, ratio);
  pen.clearRect(0, 0, width(), height);
  pen.font = '11px "DejaVu Sans", system-ui, sans-serif';
  pen.textBaseline = "middle";
  return pen;
}
function clipToTimes(pen, height) {
  pen.save();
  pen.beginPath();
  pen.rect(gutter, 0, width() - gutter - 12, height);
  pen.clip();
}
// A measure that holds until the next one, as a line; `y` is where a value is.
function stepLine(pen, points, y, style, dashes) {
  pen.beginPath();
  let last;
  for (const [t, value] of points) {
    if (last !== undefined) pen.lineTo(x(t), y(last)); else pen.moveTo(x(t), y(value));
    pen.lineTo(x(t), y(value));
    last = value;
  }
  if (last !== undefined) pen.lineTo(x(trace.length), y(last));
  pen.strokeStyle = style;
  pen.setLineDash(dashes || []);
  pen.stroke();
  pen.setLineDash([]);
}
function label(pen, text, y, style, align) {
  pen.fillStyle = style || css("--ink");
  pen.textAlign = align || "right";
  pen.fillText(text, gutter - 8, y, gutter - 12);
}

// How many tokens each build has in each column of pixels, in the mean.
function stack() {
  const columns = Math.max(1, Math.floor(width() - gutter - 12)), perColumn = (end - begin) / columns;
  return trace.builds.map((build) => {
    const held = new Float32Array(columns);
    for (const slice of build.slices) {
      if (slice.to <= begin || slice.from >= end || slice.to <= slice.from) continue;
      const share = slice.busy / (slice.to - slice.from);
      const a = (Math.max(slice.from, begin) - begin) / perColumn, b = (Math.min(slice.to, end) - begin) / perColumn;
      const first = Math.min(columns - 1, Math.floor(a)), final = Math.min(columns - 1, Math.floor(b));
      if (first === final) { held[first] += (b - a) * share; continue; }
      held[first] += (first + 1 - a) * share;
      for (let i = first + 1; i < final; i++) held[i] += share;
      held[final] += (b - final) * share;
    }
    return held;
  });
}

function drawSums() {
  const height = axisHeight + stackHeight + lineHeight + 8, pen = prepare(sums, height);
  const most = Math.max(1, ...trace.limit.map((p) => p[1]), ...trace.held.map((p) => p[1])) * 1.08;
  const floor = axisHeight + stackHeight, y = (tokens) => floor - tokens / most * stackHeight;
  drawAxis(pen, height);
  clipToTimes(pen, height);
  for (const [from, to] of trace.holdbacks) {
    pen.fillStyle = css("--warn");
    pen.globalAlpha = 0.16;
    pen.fillRect(x(from), axisHeight, Math.max(1, x(to) - x(from)), stackHeight);
    pen.globalAlpha = 1;
  }
  if (trace.holdersKnown) drawStack(pen, y); else stepLine(pen, trace.held, y, css("--ink"));
  stepLine(pen, trace.limit, y, css("--ink"), [5, 3]);
  pen.restore();
  const limit = valueAt(trace.limit, timeAt(width() - 12)) ?? 0;
  label(pen, `tokens, limit ${limit}`, y(limit));
  label(pen, trace.holdersKnown ? "0" : "0 (held by whom: not known)", floor - 6);
  if (trace.holdbacks.length) label(pen, "held back: " + [...new Set(trace.holdbacks.map((h) => h[2]))].join(", "), floor - 26, css("--warn"));
  drawLines(pen, floor + 8);
}
function drawStack(pen, y) {
  const stacks = stack(), below = new Float32Array(stacks.length ? stacks[0].length : 0);
  stacks.forEach((held, build) => {
    pen.fillStyle = colour(build);
    for (let i = 0; i < held.length; i++) {
      if (held[i] <= 0) continue;
      const foot = y(below[i]), head = y(below[i] + held[i]);
      pen.fillRect(gutter + i, head, 1.2, foot - head);
      below[i] += held[i];
    }
  });
}
function drawLines(pen, top) {
  const y = (share) => top + lineHeight - Math.min(1, share) * (lineHeight - 6);
  const loads = trace.load.map(([t, v]) => [t, v / 100]);
  const mostLoad = Math.max(1, trace.loadLimit ?? 0, ...loads.map((p) => p[1])) * 1.1;
  const mostMemory = Math.max(1, ...trace.memory.map((p) => p[1])) * 1.1;
  clipToTimes(pen, top + lineHeight + 8);
  if (trace.loadLimit != null) stepLine(pen, [[0, trace.loadLimit]], (v) => y(v / mostLoad), "#d80", [5, 3]);
  stepLine(pen, loads, (v) => y(v / mostLoad), "#d80");
  stepLine(pen, trace.memory, (v) => y(v / mostMemory), "#38c");
  pen.restore();
  const load = loads.length ? `load, at most ${Math.max(...loads.map((p) => p[1]))}` : "load: not sampled";
  const memory = trace.memory.length ? `memory, at least ${(Math.min(...trace.memory.map((p) => p[1])) / 1024).toFixed(1)} GiB` : "";
  label(pen, load + (trace.loadLimit != null ? `, limit ${trace.loadLimit}` : ""), top + 22, "#d80");
  label(pen, memory, top + 42, "#38c");
}
function drawAxis(pen, height) {
  const wanted = (end - begin) / Math.max(2, (width() - gutter) / 110);
  const steps = [1, 2, 5].flatMap((n) => [...Array(8).keys()].map((e) => n * 10 ** e)).concat([15e6, 30e6, 60e6, 120e6, 300e6, 600e6, 1800e6, 3600e6, 7200e6]);
  const step = Math.min(...steps.filter((s) => s >= wanted), 36000e6);
  pen.textAlign = "center";
  for (let t = Math.ceil(begin / step) * step; t <= end; t += step) {
    pen.fillStyle = css("--faint");
    pen.fillRect(x(t), axisHeight - 4, 1, height);
    pen.fillStyle = css("--ink");
    pen.fillText(t === 0 ? "0" : time(t), Math.min(x(t), width() - 30), axisHeight / 2);
  }
}

function drawRows() {
  const height = Math.max(1, scroller.clientHeight), pen = prepare(rows, height), offset = scroller.scrollTop;
  let drawn = 0;
  for (const build of trace.builds) {
    const y = build.top - offset, tall = build.lanes * laneHeight;
    if (y > height || y + tall < 0) continue;
    label(pen, build.label, y + Math.min(tall, laneHeight * 2) / 2, colour(build.index));
    clipToTimes(pen, height);
    pen.fillStyle = css("--faint");
    pen.fillRect(gutter, y + tall + buildGap / 2, width(), 1);
    for (const slice of build.slices) {
      if (slice.to < begin || slice.from > end) continue;
      const from = x(slice.from), wide = Math.max(1, x(slice.to) - from - 0.5), at = y + slice.lane * laneHeight;
      const share = slice.to > slice.from ? slice.busy / (slice.to - slice.from) : 1;
      pen.globalAlpha = 0.35 + 0.65 * share;
      pen.fillStyle = colour(build.index, slice.process % 2 ? 50 : 60);
      pen.fillRect(from, at + 1, wide, laneHeight - 2);
      pen.globalAlpha = 1;
      if ((slice.ending & 3) === 1) { pen.fillStyle = css("--warn"); pen.fillRect(from + wide - 2, at + 1, 2, laneHeight - 2); }
      drawn += 1;
    }
    pen.restore();
  }
  return drawn;
}
function draw() {
  drawing = false;
  drawSums();
  document.documentElement.dataset.drawn = drawRows();
}
function redraw() { if (!drawing) { drawing = true; requestAnimationFrame(draw); } }

// What is under the pointer.
function sliceAt(px, py) {
  const y = py + scroller.scrollTop, t = timeAt(px), reach = (end - begin) / (width() - gutter) * 2;
  const build = trace.builds.find((b) => y >= b.top && y < b.top + b.lanes * laneHeight);
  if (!build || px < gutter) return undefined;
  const lane = Math.floor((y - build.top) / laneHeight);
  const slice = build.slices.find((s) => s.lane === lane && s.from <= t && t <= s.to)
    ?? build.slices.find((s) => s.lane === lane && s.from - reach <= t && t <= s.to + reach);
  return slice && {build, slice};
}
function sliceText({build, slice}) {
  const [pid, command] = trace.processes[slice.process], ends = ["returned", "taken back when the process had ended", "still held at the end"];
  const what = slice.count > 1 ? `${slice.count} tokens in turn, held ${time(slice.busy)} of ${time(slice.to - slice.from)}`
    : `held ${time(slice.busy)}${slice.ending & 4 ? " or longer" : ""}, ${ends[slice.ending & 3]}`;
  return `${command}\n${build.label}, PID ${pid}\n${what}, from ${time(slice.from)}`;
}
function sumText(px) {
  if (px < gutter) return "";
  const t = timeAt(px), held = valueAt(trace.held, t), load = valueAt(trace.load, t), memory = valueAt(trace.memory, t);
  const back = trace.holdbacks.find((h) => h[0] <= t && t < h[1]);
  return [`at ${time(t)}`, `${held ?? "?"} of ${valueAt(trace.limit, t)} tokens out`,
    ...(load === undefined ? [] : [`load ${load / 100}`]), ...(memory === undefined ? [] : [`${(memory / 1024).toFixed(1)} GiB available`]),
    ...(back ? [`held back by ${back[2]}`] : []),
    ...trace.builds.flatMap((b) => { const n = b.slices.filter((s) => s.from <= t && t < s.to).length; return n ? [`${n}  ${b.label}`] : []; }).slice(0, 20)].join("\n");
}
function show(event, text) {
  tip.hidden = !text;
  tip.textContent = text;
  const box = tip.getBoundingClientRect();
  tip.style.left = Math.max(4, Math.min(event.clientX + 14, innerWidth - box.width - 8)) + "px";
  tip.style.top = Math.max(4, Math.min(event.clientY + 14, innerHeight - box.height - 8)) + "px";
}

// Wheel zooms where the pointer is, dragging moves, a double click shows all.
function look(from, to) {
  const span = Math.min(trace.length || 1, Math.max(20, to - from));
  begin = Math.max(0, Math.min(from, trace.length - span));
  end = begin + span;
  redraw();
}
function zoom(factor, px) {
  const t = timeAt(px);
  look(t - (t - begin) * factor, t + (end - t) * factor);
}
for (const canvas of [sums, rows]) {
  let grip;
  canvas.addEventListener("wheel", (event) => {
    if (event.shiftKey) return;
    event.preventDefault();
    zoom(event.deltaY > 0 ? 1.25 : 0.8, event.offsetX);
  }, {passive: false});
  canvas.addEventListener("pointerdown", (event) => { grip = {x: event.clientX, y: event.clientY, begin, end, top: scroller.scrollTop}; canvas.setPointerCapture(event.pointerId); });
  canvas.addEventListener("pointerup", () => { grip = undefined; });
  canvas.addEventListener("pointermove", (event) => {
    if (grip) {
      const by = (grip.x - event.clientX) / (width() - gutter - 12) * (grip.end - grip.begin);
      scroller.scrollTop = grip.top + grip.y - event.clientY;
      look(grip.begin + by, grip.end + by);
      return show(event, "");
    }
    const found = canvas === rows && sliceAt(event.offsetX, event.offsetY);
    show(event, canvas === sums ? sumText(event.offsetX) : found ? sliceText(found) : "");
  });
  canvas.addEventListener("pointerleave", (event) => show(event, ""));
  canvas.addEventListener("dblclick", () => look(0, trace.length));
}
addEventListener("keydown", (event) => {
  const span = end - begin, middle = (width() + gutter) / 2;
  if (event.key === "+" || event.key === "=") zoom(0.8, middle);
  else if (event.key === "-") zoom(1.25, middle);
  else if (event.key === "0") look(0, trace.length);
  else if (event.key === "ArrowLeft") look(begin - span / 8, end - span / 8);
  else if (event.key === "ArrowRight") look(begin + span / 8, end + span / 8);
});
addEventListener("resize", redraw);
scroller.addEventListener("scroll", redraw);

document.querySelector("h1").textContent = `${trace.path} (${trace.backend}), ${time(trace.length)} from ${new Date(trace.began).toLocaleString()}`;
document.querySelector("p").textContent = `${trace.tokens} tokens of ${trace.builds.length} builds. The wheel zooms (with Shift it scrolls), dragging moves, a double click shows all; a bar tells its command. `
  + "A red end: taken back from a dead process." + (trace.holdersKnown ? "" : " On a named pipe only the commands of with-steve are known, and how many tokens were out.");
draw();
}
