/** The contender ONNX Runtime. */
package org.prunecl.bench.onnxruntime;
