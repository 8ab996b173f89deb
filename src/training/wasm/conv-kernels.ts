type Pointer = number

/** One image [rows, columns, channels], channels adjacent; rows `down` elements apart. */
type Sides = [rows: number, columns: number, channels: number]

/** What wasm/conv exports; the comments are there. Pointers in bytes, sizes and strides in elements. */
export interface ConvKernels {
  convolve(
    ...call: [
      rows: number,
      columns: number,
      from: Pointer,
      down: number,
      right: number,
      kernelRows: number,
      run: number,
      kernelLine: number,
      packed: Pointer,
      channels: number,
      to: Pointer,
      add: 0 | 1,
      scratch: Pointer
    ]
  ): void
  filterGradient(
    ...call: [
      rows: number,
      columns: number,
      from: Pointer,
      down: number,
      right: number,
      kernelRows: number,
      run: number,
      kernelLine: number,
      dy: Pointer,
      dyDown: number,
      channels: number,
      kernel: Pointer,
      scratch: Pointer
    ]
  ): void
  packKernel(...call: [taps: number, width: number, kernel: Pointer, to: Pointer]): void
  packTurned(
    ...call: [
      columns: number,
      width: number,
      channels: number,
      kernel: Pointer,
      top: number,
      left: number,
      step: number,
      to: Pointer
    ]
  ): void
  maxPool(
    ...call: [...Sides, z: Pointer, zDown: number, bias: Pointer, to: Pointer, toDown: number]
  ): void
  maxPoolGradient(
    ...call: [
      ...Sides,
      z: Pointer,
      zDown: number,
      h: Pointer,
      hDown: number,
      d: Pointer,
      dz: Pointer,
      dzDown: number,
      dBias: Pointer
    ]
  ): void
  groupMoments(
    ...call: [
      places: number,
      channels: number,
      groups: number,
      z: Pointer,
      mean: Pointer,
      inverse: Pointer
    ]
  ): void
  normalise(
    ...call: [
      ...Sides,
      z: Pointer,
      mean: Pointer,
      inverse: Pointer,
      gain: Pointer,
      bias: Pointer,
      shortcut: Pointer,
      shortcutDown: number,
      shortcutRight: number,
      shortcutChannels: number,
      to: Pointer,
      toDown: number
    ]
  ): void
  normaliseSums(
    ...call: [
      ...Sides,
      z: Pointer,
      mean: Pointer,
      inverse: Pointer,
      h: Pointer,
      hDown: number,
      d: Pointer,
      sums: Pointer
    ]
  ): void
  normaliseGradient(
    ...call: [
      ...Sides,
      groups: number,
      z: Pointer,
      mean: Pointer,
      inverse: Pointer,
      gain: Pointer,
      sums: Pointer,
      d: Pointer,
      dz: Pointer,
      dzDown: number,
      dGain: Pointer,
      dBias: Pointer
    ]
  ): void
  copyPlaces(
    ...call: [
      rows: number,
      columns: number,
      length: number,
      from: Pointer,
      fromDown: number,
      fromRight: number,
      to: Pointer,
      toDown: number,
      toRight: number
    ]
  ): void
  averagePool(...call: [...Sides, from: Pointer, down: number, to: Pointer]): void
  averagePoolGradient(...call: [places: number, channels: number, d: Pointer, dx: Pointer]): void
  winogradKernel(
    ...call: [
      size: number,
      kernel: Pointer,
      turned: 0 | 1,
      planes: Pointer,
      plane: number,
      scratch: Pointer
    ]
  ): void
  winogradImage(
    ...call: [
      ...Sides,
      from: Pointer,
      down: number,
      planes: Pointer,
      plane: number,
      scratch: Pointer
    ]
  ): void
  winogradOutput(
    ...call: [
      ...Sides,
      planes: Pointer,
      plane: number,
      to: Pointer,
      down: number,
      add: 0 | 1,
      scratch: Pointer
    ]
  ): void
  winogradSlopes(
    ...call: [...Sides, dz: Pointer, down: number, planes: Pointer, plane: number, scratch: Pointer]
  ): void
  winogradProducts(
    ...call: [
      squares: number,
      width: number,
      channels: number,
      planes: Pointer,
      plane: number,
      packed: Pointer,
      kernelPlane: number,
      products: Pointer,
      tile: Pointer
    ]
  ): void
  winogradSums(
    ...call: [
      rows: number,
      columns: number,
      width: number,
      channels: number,
      planes: Pointer,
      slopes: Pointer,
      plane: number,
      sums: Pointer,
      kernelPlane: number,
      tile: Pointer
    ]
  ): void
  winogradKernelGradient(
    ...call: [size: number, planes: Pointer, plane: number, dKernel: Pointer, scratch: Pointer]
  ): void
}
