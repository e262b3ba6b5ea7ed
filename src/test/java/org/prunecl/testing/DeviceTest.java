package org.prunecl.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/** A test class that runs on every device the suite is pointed at, the simulated one too. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@OpenClTest
@Tag("device")
public @interface DeviceTest {}
