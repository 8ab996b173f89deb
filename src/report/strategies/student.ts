/** Student's t: how far the mean of a few runs may be from the mean of all runs that could be. */

const SHARE = 0.95
/** Halvings of an interval: more than a double has bits. */
const HALVINGS = 200

/**
 * Probability that |t| is at most `t`, with a whole number of degrees of freedom: Abramowitz and Stegun
 * (1964), 26.7.3 (odd) and 26.7.4 (even).
 */
export const withinProbability = (t: number, degrees: number): number => {
  const angle = Math.atan(t / Math.sqrt(degrees))
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)]
  const odd = degrees % 2 === 1
  let term = odd ? cosine : 1
  let sum = degrees === 1 ? 0 : term
  for (let k = odd ? 2 : 1; k <= degrees - 3; k += 2) {
    term *= (k / (k + 1)) * cosine ** 2
    sum += term
  }
  return odd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum
}

/** The t that |t| stays below with 95 %. */
export const studentT = (degrees: number): number => {
  let [low, high] = [0, 1]
  while (withinProbability(high, degrees) < SHARE) high *= 2
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2
    if (withinProbability(middle, degrees) < SHARE) low = middle
    else high = middle
  }
  return (low + high) / 2
}
