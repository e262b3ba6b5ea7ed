/**
 * What tests share: the device under test, its checks after each test, drawn shapes, references.
 */
package org.prunecl.testing;
