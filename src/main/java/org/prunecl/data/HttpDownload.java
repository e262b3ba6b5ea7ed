package org.prunecl.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Fetches files over HTTP.
 *
 * @param patience how long a server may be silent: while connecting, before it answers, and between
 *     two parts of a file. HttpClient's own timeouts end with the answer's header.
 */
record HttpDownload(Duration patience) {
  private static final long POLL_MILLIS = 100;
  // Ten times the largest file of a known dataset: an endless answer must not exhaust the memory.
  private static final long LARGEST_BYTES = 256L << 20;

  /** Told how many bytes have come, and of how many, or -1. */
  @FunctionalInterface
  interface Progress {
    void update(long bytesDone, long bytesTotal);
  }

  /**
   * Fetches a file.
   *
   * @throws IOException if the server isn't there, falls silent, answers anything but 200, or
   *     breaks off
   */
  byte[] fetch(URI uri, Progress progress) throws IOException {
    HttpClient client = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();
    Body body = new Body();
    CompletableFuture<HttpResponse<Void>> answer =
        client.sendAsync(HttpRequest.newBuilder(uri).build(), body);
    try {
      int status = await(answer, body, progress).statusCode();
      if (status != 200) {
        throw new IOException("the server answers " + status);
      }
      progress.update(body.size(), body.total());
      return body.bytes();
    } finally {
      answer.cancel(true);
    }
  }

  private HttpResponse<Void> await(
      CompletableFuture<HttpResponse<Void>> answer, Body body, Progress progress)
      throws IOException {
    long last = 0;
    long lastChange = System.nanoTime();
    while (true) {
      try {
        return answer.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        long size = body.size();
        if (size > LARGEST_BYTES) {
          throw new IOException("more than " + LARGEST_BYTES + " bytes", e);
        }
        if (size != last) {
          last = size;
          lastChange = System.nanoTime();
          progress.update(size, body.total());
        } else if (System.nanoTime() - lastChange > patience.toNanos()) {
          throw new IOException("nothing came for " + patience.toMillis() + " ms", e);
        }
      } catch (ExecutionException e) {
        Throwable cause = e.getCause();
        throw new IOException(
            // HttpClient leaves the message of this one empty.
            cause instanceof ConnectException
                ? "can't connect"
                : String.valueOf(cause.getMessage()),
            e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        InterruptedIOException interrupted = new InterruptedIOException("interrupted");
        interrupted.initCause(e);
        throw interrupted;
      }
    }
  }

  /** What has come so far: filled by the client's thread, watched by the one that waits. */
  private static final class Body implements BodyHandler<Void> {
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private volatile long total = -1;

    @Override
    public BodySubscriber<Void> apply(ResponseInfo info) {
      total = info.headers().firstValueAsLong("content-length").orElse(-1);
      return BodySubscribers.ofByteArrayConsumer(part -> part.ifPresent(received::writeBytes));
    }

    long total() {
      return total;
    }

    // ByteArrayOutputStream is synchronized, so both threads may use it.
    int size() {
      return received.size();
    }

    byte[] bytes() {
      return received.toByteArray();
    }
  }
}
