"""Small defects of looks, as they slip in: each is put into a page at a place chosen by seed."""

from dataclasses import dataclass

from playwright.async_api import Page

# What a defect may hit: elements that paint something of their own, in the order of the document.
_TARGETS = """
const painted = el => {
  const box = el.getBoundingClientRect(), style = getComputedStyle(el);
  return box.width > 4 && box.height > 4 && box.left >= 0 && box.top + scrollY >= 0
    && style.visibility === 'visible' && style.opacity === '1'
    && box.right <= innerWidth;
};
const all = [...document.body.querySelectorAll('*')].filter(painted);
const text = all.filter(el => [...el.childNodes].some(
  node => node.nodeType === Node.TEXT_NODE && node.data.trim()) && el.tagName !== 'OPTION');
const boxes = all.filter(el => {
  const style = getComputedStyle(el);
  return style.borderTopWidth !== '0px' && style.borderTopStyle !== 'none'
    || style.backgroundColor !== 'rgba(0, 0, 0, 0)';
});
const any = (from, offset = 0) => from[(seed + offset) % from.length];
const put = (el, name, value) => el.style.setProperty(name, value, 'important');
const channels = colour => {
  const canvas = Object.assign(document.createElement('canvas'), {width: 1, height: 1});
  const pen = canvas.getContext('2d');
  pen.fillStyle = colour;
  pen.fillRect(0, 0, 1, 1);
  return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
};
const oneStep = colour => {
  const found = channels(colour), at = seed % 3;
  found[at] += found[at] < 255 ? 1 : -1;
  return `rgb(${found.join(' ')})`;
};
"""


@dataclass(frozen=True, kw_only=True)
class Defect:
    """One kind of defect: a name, and the script that puts it somewhere."""

    name: str
    script: str

    async def inject(self, page: Page, seed: int) -> None:
        """Put the defect into the page; the seed says where."""
        await page.evaluate(f"seed => {{ {_TARGETS} {self.script} }}", seed)


DEFECTS = tuple(
    Defect(name=name, script=script)
    for name, script in {
        "four pixels": """
            const dot = document.createElement('i');
            const [left, top] = [seed % (innerWidth - 2), seed % (innerHeight - 2)];
            dot.style.cssText = `position:absolute;left:${left}px;top:${top}px;z-index:99;`
              + `width:2px;height:2px;background:#e01020`;
            document.body.append(dot);""",
        "a ground, one step of one channel": """
            const el = any(boxes.filter(
              el => getComputedStyle(el).backgroundColor !== 'rgba(0, 0, 0, 0)'));
            put(el, 'background-color', oneStep(getComputedStyle(el).backgroundColor));""",
        "a text's colour, one step of one channel": """
            const el = any(text); put(el, 'color', oneStep(getComputedStyle(el).color));""",
        "another font": "put(any(text), 'font-family', ['serif', 'monospace'][seed % 2]);",
        "another weight": """
            const el = any(text);
            put(el, 'font-weight', getComputedStyle(el).fontWeight >= 600 ? '400' : '700');""",
        "a font one pixel larger": """
            const el = any(text);
            put(el, 'font-size', parseFloat(getComputedStyle(el).fontSize) + 1 + 'px');""",
        "letters further apart": "put(any(text), 'letter-spacing', '0.3px');",
        "a text that overflows": """
            const el = any(text);
            put(el, 'white-space', 'nowrap');
            el.append(' overflowing'.repeat(20));""",
        "a margin of one pixel": """
            const el = any(text); put(el, 'position', 'relative'); put(el, 'left', '1px');""",
        "a padding one pixel wider": """
            const el = any(boxes);
            put(el, 'padding-left', parseFloat(getComputedStyle(el).paddingLeft) + 1 + 'px');""",
        "a corner two pixels rounder": """
            const el = any(boxes.filter(el => getComputedStyle(el).borderTopWidth !== '0px'
              && getComputedStyle(el).borderLeftWidth !== '0px'
              && el.tagName !== 'TABLE' && el.tagName !== 'TD' && el.tagName !== 'TH'));
            put(el, 'border-radius',
              parseFloat(getComputedStyle(el).borderTopLeftRadius) + 2 + 'px');""",
        "a border one pixel thicker": """
            const el = any(boxes.filter(el => getComputedStyle(el).borderBottomWidth !== '0px'));
            put(el, 'border-bottom-width',
              parseFloat(getComputedStyle(el).borderBottomWidth) + 1 + 'px');""",
        "a letter that is missing": """
            const node = [...any(text).childNodes].find(
              node => node.nodeType === Node.TEXT_NODE && node.data.trim());
            node.data = node.data.trim().slice(0, -1);""",
        "a part that is missing": "put(any(text), 'visibility', 'hidden');",
        "a part that is half there": "put(any(text), 'opacity', '0.9');",
        "an underline": """
            const el = any(text);
            put(el, 'text-decoration',
              getComputedStyle(el).textDecorationLine === 'none' ? 'underline' : 'none');""",
        "a shadow": "put(any(boxes), 'box-shadow', '0 0 2px rgb(0 0 0 / .2)');",
        "two rows that changed places": """
            const said = el => all.includes(el) ? el.textContent.trim() : '';
            const rows = all.filter(el => said(el) && said(el.nextElementSibling)
              && said(el) !== said(el.nextElementSibling));
            const el = any(rows); el.nextElementSibling.after(el);""",
    }.items()
)
