"use strict";
(function () {
  const data = JSON.parse(document.getElementById("data").textContent);
  const words = data.words;
  let lang = data.language;
  const $ = (id) => document.getElementById(id);
  const say = (name) => words[name][lang];
  const labelOf = (node) => node[lang === "ko" ? "label_ko" : "label_en"] || node.label_ko || node.label_en || node.id;
  const byId = new Map(data.nodes.map((node) => [node.id, node]));
  const tiesOf = new Map(data.nodes.map((node) => [node.id, []]));
  data.edges.forEach((edge, place) => {
    edge.place = place;
    tiesOf.get(edge.source).push(edge);
    if (edge.target !== edge.source) tiesOf.get(edge.target).push(edge);
  });

  function make(tag, text, more) {
    const found = document.createElement(tag);
    if (text !== undefined && text !== null) found.textContent = text;
    Object.assign(found, more || {});
    return found;
  }
  function link(text, href) {
    return /^https?:\/\//.test(href) ? make("a", text, { href, rel: "noopener" }) : make("span", text);
  }
  function list(items) {
    const found = make("ul");
    items.forEach((item) => { const li = make("li"); li.append(item); found.append(li); });
    return found;
  }

  // ---- the panel: an organisation, or a tie with its evidence

  let shown = null;
  function showNode(id) {
    shown = { node: id };
    const node = byId.get(id);
    const ties = tiesOf.get(id).map((edge) => {
      const other = byId.get(edge.source === id ? edge.target : edge.source);
      const sign = !data.directed ? "" : edge.source === id ? "→ " : "← ";
      return make("button", sign + labelOf(other) + " · " + edge.shared.length + " " + say("unit"), { type: "button", onclick: () => showEdge(edge) });
    });
    $("panel").replaceChildren(
      make("h2", labelOf(node)), make("p", data.kinds[node.kind][lang]), link(node.iri || node.id, node.iri || ""),
      make("h3", say("ties") + " " + ties.length), list(ties));
    if (view) view.focus(id);
  }
  function spanOf(edge) { // ".." is a side that the data leave open
    if (edge.earliest === edge.latest) return edge.earliest || "";
    return (edge.earliest || "..") + " ~ " + (edge.latest || "..");
  }
  function showEdge(edge) {
    shown = { edge };
    const ends = [edge.source, edge.target].map((id) => make("button", labelOf(byId.get(id)), { type: "button", onclick: () => showNode(id) }));
    const days = spanOf(edge);
    $("panel").replaceChildren(
      make("h2", labelOf(byId.get(edge.source)) + (data.directed ? " → " : " ~ ") + labelOf(byId.get(edge.target))), list(ends),
      make("h3", say("unit")), list(edge.shared.map((one) => link(one.id, one.iri))),
      make("h3", say("days")), make("p", days || say("unknown")),
      make("h3", say("evidence")), make("p", edge.sources + " " + say("sources") + ", " + edge.origins + " " + say("origins")),
      make("h3", say("claims") + " " + edge.claims.length), list(edge.claims.map((one) => link(one.id, one.iri))));
    if (view) view.mark(edge);
  }

  // ---- the drawing; without WebGL the table below tells the same

  let view = null;
  function draw() {
    const { Graph, Sigma } = window.SangsaengGraph;
    const graph = new Graph({ multi: true, type: data.directed ? "directed" : "undirected" });
    data.nodes.forEach((node) => graph.addNode(node.id, { x: node.x, y: node.y, size: node.size, color: data.kinds[node.kind].colour, label: labelOf(node) }));
    data.edges.forEach((edge) => graph.addEdgeWithKey("e" + edge.place, edge.source, edge.target, { size: edge.size, color: edge.colour }));
    let hovered = null, marked = null, waiting = [], renderer = null;
    const marks = () => data.nodes.map(({ id }) => {
      const look = renderer.getNodeDisplayData(id), { x, y } = renderer.framedGraphToViewport(look), r = renderer.scaleSize(look.size);
      return [x - r, y - r, x + r, y + r];
    });
    // labels wait until the frame is drawn, then stand at the first free place beside their mark, largest marks first
    function drawLabels() {
      const taken = marks(), { width, height } = renderer.getDimensions();
      const inside = (box) => box[0] >= 0 && box[1] >= 0 && box[2] <= width && box[3] <= height;
      const free = (box) => inside(box) && !taken.some((other) => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3]);
      let drawn = 0;
      waiting.sort((one, other) => other.node.size - one.node.size).forEach(({ context, node, settings }) => {
        const high = settings.labelSize, away = node.size + 3;
        Object.assign(context, { font: settings.labelWeight + " " + high + "px " + settings.labelFont, lineWidth: 3, lineJoin: "round", strokeStyle: "rgba(255, 255, 255, .85)", fillStyle: "#222" });
        const wide = context.measureText(node.label).width;
        const places = [[node.x + away, node.y - high / 2], [node.x - wide / 2, node.y - away - high], [node.x - wide / 2, node.y + away], [node.x - away - wide, node.y - high / 2]];
        const place = places.find(([x, y]) => free([x, y, x + wide, y + high]));
        if (!place) return;
        taken.push([place[0] - 6, place[1], place[0] + wide + 6, place[1] + high]); // a gap, so that two names do not read as one
        context.strokeText(node.label, place[0], place[1] + high * 0.85);
        context.fillText(node.label, place[0], place[1] + high * 0.85);
        drawn += 1;
      });
      document.body.dataset.labels = drawn;
    }
    renderer = new Sigma(graph, $("stage"), {
      enableEdgeEvents: true, labelRenderedSizeThreshold: 0, labelDensity: 4, stagePadding: 60, defaultDrawNodeLabel: (context, node, settings) => { if (node.label) waiting.push({ context, node, settings }); }, labelFont: "Noto Sans KR, Malgun Gothic, NanumGothic, sans-serif",
      defaultEdgeType: data.directed ? "arrow" : "line",
      nodeReducer: (id, look) => {
        const near = !hovered || id === hovered || graph.areNeighbors(id, hovered);
        return near ? { ...look, forceLabel: !!hovered } : { ...look, color: "#e0e0e0", label: "" };
      },
      edgeReducer: (key, look) => {
        if (key === marked) return { ...look, color: "#d55e00", size: look.size + 2 };
        return !hovered || graph.hasExtremity(key, hovered) ? look : { ...look, hidden: true };
      },
    });
    renderer.on("beforeRender", () => { waiting = []; });
    renderer.on("afterRender", drawLabels);
    renderer.refresh();
    renderer.on("enterNode", ({ node }) => { hovered = node; renderer.refresh(); });
    renderer.on("leaveNode", () => { hovered = null; renderer.refresh(); });
    renderer.on("clickNode", ({ node }) => showNode(node));
    renderer.on("clickEdge", ({ edge }) => showEdge(data.edges[Number(edge.slice(1))]));
    return {
      focus(id) {
        marked = null;
        const place = renderer.getNodeDisplayData(id);
        renderer.getCamera().animate({ x: place.x, y: place.y, ratio: 0.35 }, { duration: 300 });
        renderer.refresh();
      },
      mark(edge) { marked = "e" + edge.place; renderer.refresh(); },
      relabel() { data.nodes.forEach((node) => graph.setNodeAttribute(node.id, "label", labelOf(node))); },
      state: () => graph.order + "/" + graph.size,
    };
  }

  // ---- words, table, search

  function table() {
    const head = make("tr");
    ["organisation", "other", "unit", "days", "sources", "origins"].forEach((name) => head.append(make("th", say(name), { scope: "col" })));
    const rows = data.edges.map((edge) => {
      const row = make("tr");
      const ends = [edge.source, edge.target].map((id) => labelOf(byId.get(id)));
      const days = spanOf(edge);
      [...ends, edge.shared.map((one) => one.id).join(", "), days, edge.sources, edge.origins].forEach((cell) => row.append(make("td", cell)));
      return row;
    });
    $("ties").replaceChildren(head, ...rows);
  }
  function speak() {
    document.documentElement.lang = lang;
    $("title").textContent = document.title = say("title");
    $("caption").textContent = say("caption");
    $("switch").textContent = lang === "ko" ? "English" : "한국어";
    $("find").placeholder = say("find");
    $("find").setAttribute("aria-label", say("find"));
    $("stage").setAttribute("aria-label", say("stage"));
    $("summary").textContent = say("table");
    $("names").replaceChildren(...data.nodes.map((node) => make("option", undefined, { value: labelOf(node) })));
    $("legend").replaceChildren(
      ...data.present.map((kind) => { const li = make("li"), dot = make("span"); dot.style.background = data.kinds[kind].colour; li.append(dot, data.kinds[kind][lang]); return li; }),
      ...data.attested.map((name) => { const li = make("li"), line = make("span", undefined, { className: "tie" }); line.style.borderTopColor = data.colours[name]; li.append(line, say(name)); return li; }));
    table();
    if (view) view.relabel();
    if (!shown) $("panel").replaceChildren(make("p", data.edges.length ? say("hint") : say("empty")));
    else if (shown.node) showNode(shown.node);
    else showEdge(shown.edge);
  }
  function find() {
    const wanted = $("find").value.normalize("NFC").trim().toLowerCase();
    if (!wanted) return;
    const names = (node) => [node.label_ko, node.label_en, node.id].filter(Boolean).map((name) => name.toLowerCase());
    const found = data.nodes.find((node) => names(node).includes(wanted)) || data.nodes.find((node) => names(node).some((name) => name.includes(wanted)));
    if (found) showNode(found.id);
    else $("panel").replaceChildren(make("p", say("nobody")));
  }
  $("search").addEventListener("submit", (event) => { event.preventDefault(); find(); });
  $("switch").addEventListener("click", () => { lang = lang === "ko" ? "en" : "ko"; speak(); });
  try { if (data.nodes.length) view = draw(); } catch (error) { console.error(error); $("stage").replaceChildren(make("p", say("noWebgl"))); $("all").open = true; }
  speak();
  document.body.dataset.drawn = view ? view.state() : "0/0";
  const asked = decodeURIComponent(location.hash.slice(1));
  if (byId.has(asked)) showNode(asked);
})();
