/**
 * What a step answers instead of a status when the time is up: it counts as not done, and the call
 * continues there. An element of a list can answer it, and a simple call that moves its object
 * through states. Above every status.
 */
export const callTimedOut = 0x1_0002;
