// Four adjacent numbers, or what there is left of a row.

const FLOAT: usize = 4
export const LANES: usize = 4

/** The first `count` of the lanes; zero in the others. */
@inline
export function loadLanes(at: usize, count: usize): v128 {
  return count < LANES ? loadSome(at, count) : v128.load(at)
}

@inline
export function storeLanes(at: usize, lanes: v128, count: usize): void {
  if (count < LANES) storeSome(at, lanes, count)
  else v128.store(at, lanes)
}

function loadSome(at: usize, count: usize): v128 {
  let lanes = v128.load32_zero(at)
  if (count > 1) lanes = v128.load32_lane(at, lanes, 1, FLOAT)
  if (count > 2) lanes = v128.load32_lane(at, lanes, 2, 2 * FLOAT)
  return lanes
}

function storeSome(at: usize, lanes: v128, count: usize): void {
  v128.store32_lane(at, lanes, 0)
  if (count > 1) v128.store32_lane(at, lanes, 1, FLOAT)
  if (count > 2) v128.store32_lane(at, lanes, 2, 2 * FLOAT)
}
