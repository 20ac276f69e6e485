// What is wrong with how the page lies in its window, as a list of {What, Where}. It changes nothing.
(() => {
	const flaws = [], width = document.documentElement.clientWidth;
	const name = e => {
		const own = e.tagName.toLowerCase() + (e.id ? "#" + e.id : "") + (e.getAttribute("name") ? "[name=" + e.getAttribute("name") + "]" : "") +
			(e.classList.length ? "." + [...e.classList].join(".") : "");
		const words = (e.innerText || "").trim().replace(/\s+/g, " ");
		return words ? own + " “" + words.slice(0, 40) + "”" : own;
	};
	const flaw = (what, where) => flaws.push({What: what, Where: where});
	const shown = e => e.checkVisibility({visibilityProperty: true}) && e.getClientRects().length > 0;
	// hidden from the eye on purpose, and for readers of the screen alone
	const unseen = e => { for (let a = e; a; a = a.parentElement) if (getComputedStyle(a).clip === "rect(0px, 0px, 0px, 0px)") return true; return false; };
	// inside something that scrolls by itself, such as a wide table
	const scrolls = e => { for (let a = e; a && a !== document.body; a = a.parentElement) if (/auto|scroll/.test(getComputedStyle(a).overflowX)) return a; return null; };
	const round = r => `${Math.round(r.left)}–${Math.round(r.right)} × ${Math.round(r.top)}–${Math.round(r.bottom)}`;

	if (document.documentElement.scrollWidth > width) flaw(`the page is ${document.documentElement.scrollWidth} wide in a window of ${width}`, "html");

	// Text: inside the window, inside its box, and not cut off.
	const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	const cut = new Set();
	for (let node; (node = texts.nextNode());) {
		const e = node.parentElement;
		if (!node.data.trim() || !shown(e) || e.closest("option, svg, script, style") || unseen(e)) continue;
		const range = document.createRange();
		range.selectNodeContents(node);
		const rects = [...range.getClientRects()].filter(r => r.width > 0);
		if (!rects.length) continue;
		const left = Math.min(...rects.map(r => r.left)), right = Math.max(...rects.map(r => r.right));
		const moved = window.scrollX;
		if (!scrolls(e) && (left + moved < -1 || right + moved > width + 1)) flaw(`text runs from ${Math.round(left + moved)} to ${Math.round(right + moved)} in a window of ${width}`, name(e));
		for (let a = e; a && a !== document.body; a = a.parentElement) {
			const s = getComputedStyle(a), box = a.getBoundingClientRect();
			if (s.display === "inline" || s.display === "contents") continue;
			if (/auto|scroll/.test(s.overflowX)) break;
			const hides = /hidden|clip/.test(s.overflowX + s.overflowY);
			if (hides && !cut.has(a) && (a.scrollWidth > a.clientWidth + 1 || a.scrollHeight > a.clientHeight + 1)) {
				cut.add(a);
				flaw(`text is cut off: ${a.scrollWidth} by ${a.scrollHeight} in ${a.clientWidth} by ${a.clientHeight}`, name(a));
			}
			if (hides) break;
			if (left < box.left - 1 || right > box.right + 1) {
				flaw(`text runs from ${Math.round(left)} to ${Math.round(right)} out of its box from ${Math.round(box.left)} to ${Math.round(box.right)}`, name(a));
				break;
			}
		}
	}

	// Pieces of text that lie on each other.
	const blocks = [...document.body.querySelectorAll("p, h1, h2, h3, li, legend, label, summary, th, td, dt, dd, .err, .hint, .btn")]
		.filter(e => shown(e) && !unseen(e) && !scrolls(e) && e.innerText.trim() && !e.querySelector("p, h1, h2, h3, li, legend, label, summary, th, td, dt, dd, .err, .hint, .btn"))
		.map(e => [e, e.getBoundingClientRect()]);
	for (let i = 0; i < blocks.length; i++) for (let j = i + 1; j < blocks.length; j++) {
		const [a, ra] = blocks[i], [b, rb] = blocks[j];
		if (a.contains(b) || b.contains(a)) continue;
		const w = Math.min(ra.right, rb.right) - Math.max(ra.left, rb.left), h = Math.min(ra.bottom, rb.bottom) - Math.max(ra.top, rb.top);
		if (w > 2 && h > 2) flaw(`text lies on other text by ${Math.round(w)} × ${Math.round(h)}: ${name(b)}`, name(a));
	}

	// What can be tapped: high enough, and not on each other. A button inside a label is tapped by the label too. Links in a line
	// of text are as high as the line; that they lie apart is for axe-core to tell.
	const targets = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")]
		.filter(e => shown(e) && !unseen(e) && !e.disabled)
		.map(e => /radio|checkbox/.test(e.type) && e.closest("label") || e);
	const rects = [...new Set(targets)].map(e => [e, getComputedStyle(e).display === "inline" ? [...e.getClientRects()] : [e.getBoundingClientRect()]]);
	for (const [e, list] of rects) {
		const high = Math.max(...list.map(r => r.height)), wide = Math.max(...list.map(r => r.width));
		if (e.tagName !== "A" && (high < 23.5 || wide < 23.5)) flaw(`target of ${Math.round(wide)} × ${Math.round(high)}, want 24 × 24`, name(e));
	}
	for (let i = 0; i < rects.length; i++) for (let j = i + 1; j < rects.length; j++) {
		const [a, ra] = rects[i], [b, rb] = rects[j];
		if (a.contains(b) || b.contains(a)) continue;
		for (const x of ra) for (const y of rb) {
			const w = Math.min(x.right, y.right) - Math.max(x.left, y.left), h = Math.min(x.bottom, y.bottom) - Math.max(x.top, y.top);
			if (w > 1 && h > 1) flaw(`targets lie on each other: ${round(x)} and ${name(b)} ${round(y)}`, name(a));
		}
	}

	// Nothing runs, and nothing comes from elsewhere.
	for (const s of document.querySelectorAll("script")) flaw("a script", name(s));
	for (const e of document.querySelectorAll("*")) for (const a of e.attributes) if (a.name.startsWith("on")) flaw("a script in " + a.name, name(e));
	for (const r of performance.getEntriesByType("resource")) {
		if (new URL(r.name).origin !== location.origin) flaw("fetched from elsewhere: " + r.name, r.initiatorType);
		if (/\.(woff2?|ttf|otf)\b/.test(r.name)) flaw("a web font: " + r.name, r.initiatorType);
	}

	// Every passage says its language: Latin words are not read as though they were Hangul.
	const latin = /^(en|tl|vi|es|fr)/;
	const passages = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	for (let node; (node = passages.nextNode());) {
		const e = node.parentElement.closest("[lang]");
		if (!e || latin.test(e.lang) || node.parentElement.closest("bdi, script, style, svg")) continue;
		const run = node.data.match(/(?:[A-Za-z’',.;:]+\s+){8,}[A-Za-z]+/);
		if (run) flaw(`English marked as ${e.lang}: ${run[0].slice(0, 60)}`, name(node.parentElement));
	}
	return flaws;
})()
