import test from 'ava'
import { seeded } from '../../../../src/random.ts'
import { difference, uniform } from '../helpers.ts'
import { hold } from './hold.ts'

for (const [windows, time, width, vocabulary] of [
  [1, 1, 1, 1],
  [2, 3, 5, 4],
  [3, 7, 9, 11],
  [2, 5, 16, 3]
] as const) {
  test(`should look up rows and add up their slopes: ${windows}x${time}, width ${width}`, (t) => {
    const random = seeded(width)
    const rows = windows * time
    const characters = uniform(random, vocabulary * width)
    const places = uniform(random, time * width)
    const tokens = Uint8Array.from({ length: rows }, () => random.integer(vocabulary))
    const held = hold(characters, places, tokens, new Float32Array(rows * width))
    const [atCharacters, atPlaces, atTokens, x] = held.at as [number, number, number, number]
    held.kernels.embed(rows, width, time, atCharacters, atPlaces, atTokens, x)
    const expected = Float32Array.from({ length: rows * width }, (_, i) => {
      const row = Math.floor(i / width)
      const column = i % width
      return characters[tokens[row]! * width + column]! + places[(row % time) * width + column]!
    })
    t.deepEqual(held.read(3), expected)

    held.kernels.embedBackward(rows, width, time, x, atTokens, atCharacters, atPlaces)
    const [dCharacters, dPlaces] = [Float64Array.from(characters), Float64Array.from(places)]
    expected.forEach((value, i) => {
      const row = Math.floor(i / width)
      const character = tokens[row]! * width + (i % width)
      const place = (row % time) * width + (i % width)
      dCharacters[character] = dCharacters[character]! + value
      dPlaces[place] = dPlaces[place]! + value
    })
    t.true(difference(held.read(0), dCharacters) < 1e-6)
    t.true(difference(held.read(1), dPlaces) < 1e-6)
  })
}
