/** A square of ink, 0 (paper) to 1, that strokes are drawn on. */
export const SIDE = 28

/** A pen: `radius` of the stroke and `blur`, the width of its soft edge, both in pixels; `ink` 0..1. */
export interface Pen {
  readonly radius: number
  readonly blur: number
  readonly ink: number
}

/**
 * Draws the segment a-b (pixel coordinates) onto `canvas` [SIDE, SIDE]. Coverage falls linearly over
 * the soft edge; where strokes cross the darker one wins, so joints do not show.
 */
export const drawSegment = (
  canvas: Float32Array,
  ax: number,
  ay: number,
  bx: number,
  by: number,
  { radius, blur, ink }: Pen
): void => {
  const reach = radius + blur / 2
  const left = Math.max(0, Math.ceil(Math.min(ax, bx) - reach))
  const right = Math.min(SIDE - 1, Math.floor(Math.max(ax, bx) + reach))
  const top = Math.max(0, Math.ceil(Math.min(ay, by) - reach))
  const bottom = Math.min(SIDE - 1, Math.floor(Math.max(ay, by) + reach))
  const dx = bx - ax
  const dy = by - ay
  const inverse = 1 / Math.max(dx * dx + dy * dy, 1e-9)
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const along = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) * inverse))
      const ex = x - ax - along * dx
      const ey = y - ay - along * dy
      const depth = (reach - Math.sqrt(ex * ex + ey * ey)) / blur
      const shade = ink * Math.min(1, depth)
      if (shade > canvas[y * SIDE + x]!) canvas[y * SIDE + x] = shade
    }
  }
}
