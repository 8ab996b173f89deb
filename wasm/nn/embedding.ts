// Tables of vectors, one for each character and one for each place in a window. // [.., width]

const FLOAT: usize = 4
const VECTOR: usize = 16

/** to = a + b */
@inline
function add(a: usize, b: usize, to: usize, bytes: usize): void {
  let at: usize = 0
  for (; at + VECTOR <= bytes; at += VECTOR) {
    v128.store(to + at, f32x4.add(v128.load(a + at), v128.load(b + at)))
  }
  for (; at < bytes; at += FLOAT) f32.store(to + at, load<f32>(a + at) + load<f32>(b + at))
}

/** Row i of x = that of token i, a byte, and that of place i mod time. // x [rows, width] */
export function embed(
  rows: usize,
  width: usize,
  time: usize,
  characters: usize,
  places: usize,
  tokens: usize,
  x: usize
): void {
  const step = width * FLOAT
  for (let row: usize = 0; row < rows; row++, x += step) {
    const character = characters + <usize>load<u8>(tokens + row) * step
    add(character, places + (row % time) * step, x, step)
  }
}

/** Adds the rows of d to those of the tables' gradients that they came from. */
export function embedBackward(
  rows: usize,
  width: usize,
  time: usize,
  d: usize,
  tokens: usize,
  dCharacters: usize,
  dPlaces: usize
): void {
  const step = width * FLOAT
  for (let row: usize = 0; row < rows; row++, d += step) {
    const character = dCharacters + <usize>load<u8>(tokens + row) * step
    const place = dPlaces + (row % time) * step
    add(character, d, character, step)
    add(place, d, place, step)
  }
}
