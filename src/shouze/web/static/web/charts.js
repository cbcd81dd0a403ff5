/* Draws the tables of a page's charts as bars from zero, in the page's own colours; then the tables fold.
   Without this file they stay open, and say the same. */
"use strict";
(() => {
  const HEIGHT = 150, LABEL = 56;
  const steps = [1, 2, 5].flatMap((n) => [n, n * 10, n * 100, n * 1e3, n * 1e4, n * 1e5, n * 1e6]).sort((a, b) => a - b);
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

  const options = (figure, labels, width) => {
    const font = `12px ${getComputedStyle(figure).fontFamily}`;
    const axis = { stroke: colour("quiet"), ticks: { show: false }, font, incrs: steps };
    const tone = colour(figure.dataset.tone);
    return {
      width, height: HEIGHT, legend: { show: false }, cursor: { show: false },
      scales: { x: { time: false, range: [-0.5, labels.length - 0.5] }, y: { range: (_, __, most) => [0, Math.max(most, 1) * 1.05] } },
      axes: [
        { ...axis, grid: { show: false }, space: labels.length > 12 ? LABEL : 1, size: 28, values: (_, at) => at.map((n) => labels[n] ?? "") },
        { ...axis, grid: { stroke: colour("line"), width: 1 }, size: 52, space: 32 },
      ],
      series: [{}, { paths: uPlot.paths.bars({ size: [0.7, 40] }), fill: tone, stroke: tone, width: 0, points: { show: false } }],
    };
  };

  const draw = (figure) => {
    const labels = JSON.parse(figure.dataset.labels), numbers = JSON.parse(figure.dataset.numbers);
    const place = figure.querySelector(".plot");
    place.replaceChildren();
    new uPlot(options(figure, labels, place.clientWidth), [labels.map((_, n) => n), numbers], place);
  };

  const begin = (within) => within.querySelectorAll("figure.chart:not(.drawn)").forEach((figure) => {
    figure.classList.add("drawn");
    figure.querySelector("details").open = false;
    let width = 0;
    new ResizeObserver(([{ contentRect }]) => {
      if (contentRect.width !== width) { width = contentRect.width; draw(figure); }
    }).observe(figure.querySelector(".plot"));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => draw(figure));
  });
  begin(document);
})();
