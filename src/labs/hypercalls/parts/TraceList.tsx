import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import type { Step } from '../../../engine/hypervisor/index.ts';
import type { HypercallLabStrings } from '../strings.ts';

interface Props {
  readonly strings: HypercallLabStrings;
  readonly steps: readonly Step[];
  readonly step: number;
  readonly onStep: (step: number) => void;
}

const marks = { passed: '✓', refused: '✕', effect: '+', turn: '→' } as const;

/** Every check and every change in order; the shown step with the rule behind it. */
export function TraceList({ strings, steps, step, onStep }: Props): JSX.Element {
  const labelId = useId();
  const current = steps[step - 1];
  return (
    <div class="lab-block">
      <p class="lab-label" id={labelId}>
        {strings.trace}
      </p>
      <ol class="trace" aria-labelledby={labelId}>
        {steps.map(({ index, layer, tone, text }) => {
          const position = index + 1;
          const isSame = layer === steps[index - 1]?.layer;
          const when = position === step ? 'is-now' : position < step ? 'is-done' : 'is-ahead';
          return (
            <li
              key={index}
              class={`layer-${layer} tone-${tone} ${when}${isSame ? ' is-same' : ''}`}
              aria-current={position === step ? 'step' : undefined}
            >
              {/* A short cut for the pointer; by keyboard the slider does the same. */}
              <button type="button" tabIndex={-1} onClick={() => onStep(position)}>
                <span class="trace-layer">{strings.layers[layer]}</span>
                <span class="trace-text">{text}</span>
                <span class="trace-mark" aria-hidden="true">
                  {marks[tone]}
                </span>
                {strings.tones[tone] && <span class="visually-hidden">{strings.tones[tone]}</span>}
              </button>
            </li>
          );
        })}
      </ol>
      <p class="trace-rule">
        {current ? (
          <>
            {strings.rule} <a href={current.source.url}>{current.source.title}</a>
          </>
        ) : (
          strings.noRule
        )}
      </p>
    </div>
  );
}
