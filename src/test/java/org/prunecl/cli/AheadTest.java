package org.prunecl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class AheadTest {
  @Test
  void a_value_is_waited_for_but_a_check_is_not() {
    CountDownLatch go = new CountDownLatch(1);
    Ahead<String> ahead =
        Ahead.of(
            () -> {
              try {
                go.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              return "ready";
            });
    assertThatCode(ahead::check).doesNotThrowAnyException();
    go.countDown();
    assertThat(ahead.get()).isEqualTo("ready");
    assertThat(ahead.get()).isEqualTo("ready");
    assertThatCode(ahead::check).doesNotThrowAnyException();
  }

  @Test
  void what_the_work_threw_is_thrown_as_it_is() {
    IllegalStateException failure = new IllegalStateException("no such file");
    Ahead<String> ahead =
        Ahead.of(
            () -> {
              throw failure;
            });
    assertThatThrownBy(ahead::get).isSameAs(failure);
    assertThatThrownBy(ahead::check).isSameAs(failure);
    OutOfMemoryError memory = new OutOfMemoryError("too large");
    Ahead<String> full =
        Ahead.of(
            () -> {
              throw memory;
            });
    assertThatThrownBy(full::get).isSameAs(memory);
  }
}
