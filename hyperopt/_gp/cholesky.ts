/** A square matrix, row after row. */
export type Matrix = Float64Array;

/**
 * The lower triangular L with L·Lᵀ = A, of which only the lower triangle is read; undefined if A is
 * not positive definite in doubles.
 */
export function cholesky(a: Matrix, size: number): Matrix | undefined {
  const lower = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      let sum = a[row * size + column]!;
      for (let k = 0; k < column; k++) {
        sum -= lower[row * size + k]! * lower[column * size + k]!;
      }
      if (row !== column) lower[row * size + column] = sum / lower[column * size + column]!;
      else if (sum > 0) lower[row * size + row] = Math.sqrt(sum);
      else return undefined;
    }
  }
  return lower;
}

/** The x with L·x = b. */
export function solveLower(lower: Matrix, b: Float64Array): Float64Array {
  const size = b.length;
  const x = new Float64Array(size);
  for (let row = 0; row < size; row++) {
    let sum = b[row]!;
    for (let k = 0; k < row; k++) sum -= lower[row * size + k]! * x[k]!;
    x[row] = sum / lower[row * size + row]!;
  }
  return x;
}

/** The x with Lᵀ·x = b. */
export function solveUpper(lower: Matrix, b: Float64Array): Float64Array {
  const size = b.length;
  const x = Float64Array.from(b);
  for (let row = size - 1; row >= 0; row--) {
    x[row] = x[row]! / lower[row * size + row]!;
    for (let k = 0; k < row; k++) x[k] = x[k]! - lower[row * size + k]! * x[row]!;
  }
  return x;
}

/** The inverse of L·Lᵀ. */
export function invert(lower: Matrix, size: number): Matrix {
  const inverse = new Float64Array(size * size);
  const unit = new Float64Array(size);
  for (let column = 0; column < size; column++) {
    unit.fill(0);
    unit[column] = 1;
    inverse.set(solveUpper(lower, solveLower(lower, unit)), column * size);
  }
  return inverse;
}
