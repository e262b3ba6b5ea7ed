/** Tables, CSV, JSON and charts of results. Knows nothing of OpenCL. */
package org.prunecl.report;
