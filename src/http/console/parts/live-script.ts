/** Refreshes the page of requests while it is visible; without script people reload it by hand. */
export const liveScript = `'use strict';
(() => {
  const pauseMs = 5000;
  const region = () => document.querySelector('[data-live]');
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'quiet';
  let isOn = false;
  const show = () => {
    button.textContent = 'Refresh every 5 seconds';
    button.setAttribute('aria-pressed', String(isOn));
  };
  const refresh = async () => {
    if (isOn && !document.hidden) {
      try {
        const answer = await fetch(location.href, { credentials: 'same-origin' });
        const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
        const fresh = page.querySelector('[data-live]');
        if (!answer.ok || fresh === null) isOn = false;
        else if (!region().contains(document.activeElement)) region().replaceWith(document.importNode(fresh, true));
      } catch {
        isOn = false;
      }
      show();
    }
    setTimeout(refresh, pauseMs);
  };
  button.addEventListener('click', () => {
    isOn = !isOn;
    show();
  });
  show();
  document.querySelector('[data-live-control]').append(button);
  setTimeout(refresh, pauseMs);
})();
`;
