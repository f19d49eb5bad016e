/** Script for the buttons of the service pages. A file of its own, since the pages forbid inline script. */
export const servicePageScript = `'use strict';
(() => {
  const escapeXml = (text) => text.replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c]);
  const login = document.getElementById('login');
  const password = document.getElementById('password');

  function withCredentials(xml) {
    return xml.replace(/<((?:\\w+:)?)(auth|creds)>[\\s\\S]*?<\\/\\1\\2>/g, (part) =>
      part
        .replace(/(<(?:\\w+:)?login>)[^<]*/, (whole, tag) => tag + (login.value ? escapeXml(login.value) : whole.slice(tag.length)))
        .replace(/(<(?:\\w+:)?password>)[^<]*/, (whole, tag) => tag + (password.value ? escapeXml(password.value) : whole.slice(tag.length))),
    );
  }

  function pretty(xml) {
    const document = new DOMParser().parseFromString(xml, 'application/xml');
    if (document.querySelector('parsererror')) return xml;
    const write = (node, indent) => {
      const attributes = [...node.attributes].map((each) => ' ' + each.name + '="' + escapeXml(each.value).replaceAll('"', '&quot;') + '"');
      const start = indent + '<' + node.nodeName + attributes.join('');
      if (node.childNodes.length === 0) return start + '/>\\n';
      const end = '</' + node.nodeName + '>\\n';
      if (node.children.length === 0) return start + '>' + escapeXml(node.textContent) + end;
      return start + '>\\n' + [...node.children].map((each) => write(each, indent + '  ')).join('') + indent + end;
    };
    return write(document.documentElement, '');
  }

  async function send(form) {
    const answer = form.querySelector('output');
    answer.textContent = 'Sending…';
    try {
      const response = await fetch(location.pathname, {
        method: 'POST',
        headers: { 'Content-Type': 'text/xml; charset=UTF-8', SOAPAction: '""' },
        body: withCredentials(form.querySelector('textarea').value),
      });
      answer.textContent = 'HTTP ' + response.status + '\\n' + pretty(await response.text());
    } catch {
      answer.textContent = 'There was no answer.';
    }
  }

  async function copy(form, button) {
    const field = form.querySelector('textarea');
    try {
      await navigator.clipboard.writeText(field.value);
      button.textContent = 'Copied';
      setTimeout(() => (button.textContent = 'Copy'), 1500);
    } catch {
      field.select();
    }
  }

  for (const form of document.querySelectorAll('form.try')) {
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void send(form);
    });
    const button = form.querySelector('button[type=button]');
    button.addEventListener('click', () => void copy(form, button));
  }
  const openTarget = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (target && target.tagName === 'DETAILS') target.open = true;
  };
  addEventListener('hashchange', openTarget);
  openTarget();
  document.documentElement.classList.add('scripted');
})();
`;
