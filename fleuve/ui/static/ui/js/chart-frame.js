// Copy and download of a chart: its drawing as PNG or SVG with the colours it has on screen, its table as CSV.
const PAINT = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "opacity", "font-family", "font-size", "font-weight", "text-anchor", "paint-order", "vector-effect", "overflow"];
const PADDING = 20;
const HEAD = 56;
const NS = "http://www.w3.org/2000/svg";

const reveal = () => document.querySelectorAll("[data-chart-tools][hidden]").forEach((tools) => tools.removeAttribute("hidden"));
reveal();
document.addEventListener("htmx:afterSettle", reveal);

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-chart-do]");
  if (!button) return;
  const frame = button.closest("[data-chart]");
  const act = { copy, png, svg, csv }[button.dataset.chartDo];
  await act(frame);
});

const titleOf = (frame) => frame.querySelector(".chart-title").textContent.trim();
const fileName = (frame, kind) => `${titleOf(frame).normalize("NFKD").replace(/[^\w]+/g, "-").replace(/^-|-$/g, "").slice(0, 60).toLowerCase() || "chart"}.${kind}`;

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

// The drawing alone, with computed paint written on every shape and the finding above it.
function standalone(frame) {
  const source = [...frame.querySelectorAll("svg.drawing")].find((svg) => svg.getClientRects().length);
  const { width, height } = source.getBoundingClientRect();
  const gutter = parseFloat(getComputedStyle(source).marginRight) || 0;
  const copied = source.cloneNode(true);
  const originals = [source, ...source.querySelectorAll("*")];
  [copied, ...copied.querySelectorAll("*")].forEach((node, index) => {
    const style = getComputedStyle(originals[index]);
    if (style.display === "none") node.setAttribute("display", "none");
    for (const property of PAINT) {
      const value = style.getPropertyValue(property);
      if (value && value !== "none" || property === "fill" || property === "stroke") node.setAttribute(property, value);
    }
    node.removeAttribute("class");
  });
  const page = document.createElementNS(NS, "svg");
  const [wide, tall] = [width + gutter + 2 * PADDING, height + HEAD + PADDING];
  const ground = getComputedStyle(document.body);
  page.setAttribute("xmlns", NS);
  page.setAttribute("width", String(wide));
  page.setAttribute("height", String(tall));
  const back = page.appendChild(document.createElementNS(NS, "rect"));
  for (const [name, value] of Object.entries({ width: wide, height: tall, fill: ground.backgroundColor })) back.setAttribute(name, value);
  const line = (text, y, size, weight) => {
    const node = page.appendChild(document.createElementNS(NS, "text"));
    for (const [name, value] of Object.entries({ x: PADDING, y, fill: ground.color, "font-family": "system-ui, sans-serif", "font-size": size, "font-weight": weight })) node.setAttribute(name, value);
    node.textContent = text;
  };
  line(titleOf(frame), 26, 16, 600);
  line(frame.querySelector(".chart-unit")?.textContent.trim() ?? "", 44, 13, 400);
  copied.setAttribute("x", String(PADDING));
  copied.setAttribute("y", String(HEAD));
  copied.setAttribute("width", String(width));
  copied.setAttribute("height", String(height));
  page.appendChild(copied);
  return { text: new XMLSerializer().serializeToString(page), width: wide, height: tall };
}

async function picture(frame) {
  const { text, width, height } = standalone(frame);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = width * 2;
  canvas.height = height * 2;
  const pen = canvas.getContext("2d");
  pen.scale(2, 2);
  pen.drawImage(image, 0, 0);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

async function copy(frame) {
  await navigator.clipboard.write([new ClipboardItem({ "image/png": picture(frame) })]);
  const status = frame.querySelector("[data-copied]");
  status.textContent = status.dataset.copied;
}

async function png(frame) {
  save(await picture(frame), fileName(frame, "png"));
}

function svg(frame) {
  save(new Blob([standalone(frame).text], { type: "image/svg+xml" }), fileName(frame, "svg"));
}

// A spreadsheet must neither run a cell nor stumble over typographic minus and spaces.
function csvCell(cell) {
  const text = cell.textContent.trim().replace(/\u2212/g, "-").replace(/[\u00a0\u202f]/g, " ");
  const isFormula = /^[=+@\t\r]|^-(?!\D?\d)/.test(text) && !/^\+\D?\d/.test(text);
  return `"${(isFormula ? `'${text}` : text).replaceAll('"', '""')}"`;
}

function csv(frame) {
  const rows = [...frame.querySelectorAll("table tr")].map((row) => [...row.cells].map(csvCell).join(","));
  save(new Blob(["\ufeff", rows.join("\r\n"), "\r\n"], { type: "text/csv;charset=utf-8" }), fileName(frame, "csv"));
}
