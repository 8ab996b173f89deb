// Group normalisation (Wu and He 2018) of one image. Channels: a multiple of four, and of the groups.

const FLOAT: usize = 4
const VECTOR: usize = 16
const LANES: usize = 4
/** Added to the variance, as PyTorch does. */
const EPSILON: f32 = 1e-5
const BLOCK: usize = 32

/**
 * sums [channels] = those of (z - centre)^2 over the places, or of z where `centre` is 0. Goes over so few
 * places at a time, here and below, that the channels find them in the first cache one after the other.
 */
function sumPowers(places: usize, channels: usize, z: usize, centre: usize, sums: usize): void {
  const right = channels * FLOAT
  const end = z + places * right
  const block = BLOCK * right
  memory.fill(sums, 0, right)
  for (; z < end; z += block) {
    const stop = min(z + block, end)
    for (let offset: usize = 0; offset < right; offset += VECTOR) {
      let sum = v128.load(sums + offset)
      if (centre == 0) {
        for (let at = z + offset; at < stop; at += right) sum = f32x4.add(sum, v128.load(at))
      } else {
        const middle = v128.load(centre + offset)
        for (let at = z + offset; at < stop; at += right) {
          const away = f32x4.sub(v128.load(at), middle)
          sum = f32x4.relaxed_madd(away, away, sum)
        }
      }
      v128.store(sums + offset, sum)
    }
  }
}

/** Each number becomes the mean over its group of `width`, of sums over `places`. */
function shareMeans(places: usize, channels: usize, width: usize, sums: usize): void {
  const end = sums + channels * FLOAT
  const share: f32 = <f32>1 / <f32>(places * width)
  for (let group = sums; group < end; group += width * FLOAT) {
    const next = group + width * FLOAT
    let sum: f32 = 0
    for (let at = group; at < next; at += FLOAT) sum += load<f32>(at)
    for (let at = group; at < next; at += FLOAT) f32.store(at, sum * share)
  }
}

/** Of each channel's group over all places, as [channels]: mean, and 1 / deviation. // z [places, channels] */
export function groupMoments(
  places: usize,
  channels: usize,
  groups: usize,
  z: usize,
  mean: usize,
  inverse: usize
): void {
  const width = channels / groups
  sumPowers(places, channels, z, 0, mean)
  shareMeans(places, channels, width, mean)
  sumPowers(places, channels, z, mean, inverse)
  shareMeans(places, channels, width, inverse)
  for (let c: usize = 0; c < channels; c += LANES) {
    const variance = f32x4.add(v128.load(inverse + c * FLOAT), f32x4.splat(EPSILON))
    v128.store(inverse + c * FLOAT, f32x4.div(f32x4.splat(1), f32x4.sqrt(variance)))
  }
}

/**
 * to = relu(gain (z - mean) inverse + bias + shortcut). The shortcut has `shortcutChannels` channels, a
 * multiple of four, and gives nothing to the others: 0 of them for no shortcut. Strides in elements.
 * // z [rows, columns, channels], no gaps; to the same, `toDown` from row to row
 */
export function normalise(
  rows: usize,
  columns: usize,
  channels: usize,
  z: usize,
  mean: usize,
  inverse: usize,
  gain: usize,
  bias: usize,
  shortcut: usize,
  shortcutDown: usize,
  shortcutRight: usize,
  shortcutChannels: usize,
  to: usize,
  toDown: usize
): void {
  const right = channels * FLOAT
  const zero = f32x4.splat(0)
  for (let y: usize = 0; y < rows; y++) {
    for (let c: usize = 0; c < channels; c += LANES) {
      const offset = c * FLOAT
      const centre = v128.load(mean + offset)
      const scale = f32x4.mul(v128.load(gain + offset), v128.load(inverse + offset))
      const shift = v128.load(bias + offset)
      const joined = c < shortcutChannels
      let source = z + offset
      let target = to + offset
      let other = shortcut + offset
      for (const end = source + columns * right; source < end; source += right) {
        const away = f32x4.sub(v128.load(source), centre)
        let value = f32x4.relaxed_madd(away, scale, shift)
        if (joined) {
          value = f32x4.add(value, v128.load(other))
          other += shortcutRight * FLOAT
        }
        v128.store(target, f32x4.pmax(value, zero))
        target += right
      }
    }
    z += columns * right
    to += toDown * FLOAT
    shortcut += shortcutDown * FLOAT
  }
}

/**
 * d = 0 where h = what `normalise` made is zero; sums = those of d over the places, then those of
 * d (z - mean) inverse. // d, z [rows, columns, channels], no gaps; h the same, `hDown`; sums [2, channels]
 */
export function normaliseSums(
  rows: usize,
  columns: usize,
  channels: usize,
  z: usize,
  mean: usize,
  inverse: usize,
  h: usize,
  hDown: usize,
  d: usize,
  sums: usize
): void {
  const right = channels * FLOAT
  const zero = f32x4.splat(0)
  memory.fill(sums, 0, 2 * right)
  for (let y: usize = 0; y < rows; y++) {
    for (let offset: usize = 0; offset < right; offset += VECTOR) {
      const centre = v128.load(mean + offset)
      let sum = v128.load(sums + offset)
      let along = v128.load(sums + right + offset)
      let source = z + offset
      let slopes = d + offset
      let output = h + offset
      for (const end = source + columns * right; source < end; source += right) {
        const slope = v128.and(v128.load(slopes), f32x4.gt(v128.load(output), zero))
        v128.store(slopes, slope)
        sum = f32x4.add(sum, slope)
        along = f32x4.relaxed_madd(slope, f32x4.sub(v128.load(source), centre), along)
        output += right
        slopes += right
      }
      v128.store(sums + offset, sum)
      v128.store(sums + right + offset, along)
    }
    z += columns * right
    d += columns * right
    h += hDown * FLOAT
  }
  for (let offset: usize = 0; offset < right; offset += VECTOR) {
    const at = sums + right + offset
    v128.store(at, f32x4.mul(v128.load(at), v128.load(inverse + offset)))
  }
}

/**
 * From `normaliseSums`: dBias and dGain += the sums, and with u = gain d, n = (z - mean) inverse and means
 * over a group, dz = (u - mean(u) - n mean(u n)) inverse. The sums are lost.
 * // dz [rows, columns, channels], `dzDown` from row to row; dGain, dBias [channels]
 */
export function normaliseGradient(
  rows: usize,
  columns: usize,
  channels: usize,
  groups: usize,
  z: usize,
  mean: usize,
  inverse: usize,
  gain: usize,
  sums: usize,
  d: usize,
  dz: usize,
  dzDown: usize,
  dGain: usize,
  dBias: usize
): void {
  const right = channels * FLOAT
  const along = sums + right
  for (let offset: usize = 0; offset < right; offset += VECTOR) {
    const sum = v128.load(sums + offset)
    const product = v128.load(along + offset)
    v128.store(dBias + offset, f32x4.add(v128.load(dBias + offset), sum))
    v128.store(dGain + offset, f32x4.add(v128.load(dGain + offset), product))
    v128.store(sums + offset, f32x4.mul(v128.load(gain + offset), sum))
    v128.store(along + offset, f32x4.mul(v128.load(gain + offset), product))
  }
  shareMeans(rows * columns, channels, channels / groups, sums)
  shareMeans(rows * columns, channels, channels / groups, along)
  for (let y: usize = 0; y < rows; y++) {
    for (let offset: usize = 0; offset < right; offset += VECTOR) {
      const centre = v128.load(mean + offset)
      const scale = v128.load(inverse + offset)
      const a = f32x4.mul(v128.load(gain + offset), scale)
      const b = f32x4.mul(v128.load(sums + offset), scale)
      const c = f32x4.mul(v128.load(along + offset), f32x4.mul(scale, scale))
      let source = z + offset
      let slopes = d + offset
      let target = dz + offset
      for (const end = source + columns * right; source < end; source += right) {
        const away = f32x4.sub(v128.load(source), centre)
        const slope = f32x4.sub(f32x4.mul(a, v128.load(slopes)), b)
        v128.store(target, f32x4.relaxed_nmadd(c, away, slope))
        slopes += right
        target += right
      }
    }
    z += columns * right
    d += columns * right
    dz += dzDown * FLOAT
  }
}
