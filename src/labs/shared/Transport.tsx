import type { JSX } from 'preact';

/** Words of the transport bar. */
export interface TransportStrings {
  readonly first: string;
  readonly back: string;
  readonly play: string;
  readonly pause: string;
  readonly forward: string;
  readonly last: string;
  readonly position: string;
  /** With `{step}` and `{total}`. */
  readonly progress: string;
}

interface Props {
  readonly step: number;
  readonly total: number;
  readonly playing: boolean;
  readonly strings: TransportStrings;
  readonly onStep: (step: number) => void;
  readonly onPlay: () => void;
}

/** Moves through the steps of a run, forward and back, by button, slider or arrow keys. */
export function Transport({ step, total, playing, strings, onStep, onPlay }: Props): JSX.Element {
  const progress = strings.progress
    .replace('{step}', String(step))
    .replace('{total}', String(total));
  const button = (label: string, path: string, target: number) => (
    <button
      type="button"
      aria-label={label}
      title={label}
      // Stays focusable at the ends, so that stepping by keyboard never throws the focus away.
      aria-disabled={target === step}
      onClick={() => onStep(target)}
    >
      <Icon path={path} />
    </button>
  );
  return (
    <div class="lab-transport needs-script">
      {button(strings.first, 'M5 5v14M19 5 9 12l10 7z', 0)}
      {button(strings.back, 'M17 5 7 12l10 7z', Math.max(0, step - 1))}
      <button type="button" aria-label={playing ? strings.pause : strings.play} onClick={onPlay}>
        <Icon path={playing ? 'M8 5v14M16 5v14' : 'M7 4l12 8-12 8z'} />
      </button>
      {button(strings.forward, 'M7 5l10 7-10 7z', Math.min(total, step + 1))}
      {button(strings.last, 'M5 5l10 7-10 7zM19 5v14', total)}
      <input
        type="range"
        min={0}
        max={total}
        value={step}
        aria-label={strings.position}
        aria-valuetext={progress}
        onInput={(event) => onStep(event.currentTarget.valueAsNumber)}
      />
      <output>{progress}</output>
    </div>
  );
}

function Icon({ path }: { readonly path: string }): JSX.Element {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}
