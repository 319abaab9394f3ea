import { useEffect, useState } from 'preact/hooks';

/** Milliseconds that a step stays on screen while playing. */
const stepMs = 500;

/** What a lab knows of its playback. */
export interface Playback {
  readonly playing: boolean;
  readonly toggle: () => void;
  readonly stop: () => void;
}

/**
 * Plays a run step by step. Nothing moves until asked; it stops at the end, when the lab leaves the
 * screen or the tab is hidden, and with reduced motion a press shows the end at once.
 */
export function usePlayback(
  step: number,
  total: number,
  onStep: (step: number) => void,
  stage: { readonly current: HTMLElement | null },
): Playback {
  const [playing, setPlaying] = useState(false);

  useEffect(() => {
    if (!playing) return;
    if (step >= total) {
      setPlaying(false);
      return;
    }
    const timer = setTimeout(() => onStep(step + 1), stepMs);
    return () => clearTimeout(timer);
  }, [playing, step, total, onStep]);

  useEffect(() => {
    const element = stage.current;
    if (!playing || element === null) return;
    const stop = () => setPlaying(false);
    const observer = new IntersectionObserver((entries) => {
      if (entries.some((entry) => !entry.isIntersecting)) stop();
    });
    observer.observe(element);
    document.addEventListener('visibilitychange', stop);
    return () => {
      observer.disconnect();
      document.removeEventListener('visibilitychange', stop);
    };
  }, [playing, stage]);

  const toggle = () => {
    if (playing) {
      setPlaying(false);
    } else if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
      onStep(total);
    } else {
      if (step >= total) onStep(0);
      setPlaying(true);
    }
  };
  return { playing, toggle, stop: () => setPlaying(false) };
}
