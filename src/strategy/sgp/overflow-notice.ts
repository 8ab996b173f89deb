/** Beyond this a parameter times its mass is close to the wrap at +-128. */
const ALARMING = 100

/** What to tell an operator whose peer holds a parameter of this magnitude, or null. */
export const overflowNotice = (largest: number): string | null =>
  largest <= ALARMING
    ? null
    : `a parameter times its mass is ${largest.toFixed(0)}, and beyond 128 it is taken for its negative; ` +
      'a lower training.learningRate helps, or training.clip'
