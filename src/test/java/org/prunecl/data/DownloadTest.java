package org.prunecl.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.prunecl.PruneClException.Kind;

/** Known datasets, with a local HTTP server that behaves well and badly. */
final class DownloadTest {
  private static final String TRAIN_IMAGES = "train-images-idx3-ubyte.gz";

  // By sha256sum over the four files of the small dataset, decompressed.
  private static final Map<DatasetFile, String> SHA256 =
      Map.of(
          DatasetFile.TRAIN_IMAGES,
              "38954feb827f694402f2c8950abe178957348c343d2ccc7d374491a982d1ea73",
          DatasetFile.TRAIN_LABELS,
              "b82aac59ab58652dc4bae214ce80b6e7d55bd6d1b0b6141e921d91e1f4d3b510",
          DatasetFile.TEST_IMAGES,
              "10011aad7e104ca4844b2f2ec20ea5e697cc6fe044fcdfe102805b0cffb2c8b5",
          DatasetFile.TEST_LABELS,
              "825f333513fdd542aa1aa55ded6b697992e3bbc01f304e46fd0126ead73ad4d6");

  @TempDir Path folder;
  private final ConcurrentLinkedQueue<String> requests = new ConcurrentLinkedQueue<>();
  private final CountDownLatch end = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    serve("/good/", exchange -> send(exchange, 200, content(exchange), 0));
    server.start();
  }

  @AfterEach
  void stop() {
    end.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  @Test
  void a_download_is_checked_kept_and_not_repeated() throws IOException {
    ConcurrentLinkedQueue<String> progress = new ConcurrentLinkedQueue<>();
    Datasets datasets = datasets(null, "good");
    Dataset dataset =
        datasets.open("small", (file, done, total) -> progress.add(file + done + "/" + total));
    assertThat(dataset.name()).isEqualTo("small");
    assertThat(dataset.train().count()).isEqualTo(300);
    assertThat(cached())
        .containsExactlyInAnyOrder(
            Arrays.stream(DatasetFile.values())
                .map(DatasetFile::gzippedName)
                .toArray(String[]::new));
    assertThat(progress)
        .contains("train-images-idx3-ubyte.gz" + size("train-images-idx3-ubyte.gz"));
    assertThat(requests).hasSize(4);
    assertThat(datasets.open("small", DownloadProgress.SILENT).digests())
        .isEqualTo(dataset.digests());
    assertThat(requests).hasSize(4);
  }

  @Test
  void the_second_mirror_is_used_when_the_first_fails() throws IOException {
    serve("/absent/", exchange -> send(exchange, 404, new byte[0], 0));
    assertThat(open(datasets(null, "absent", "good")).test().count()).isEqualTo(100);
    assertThat(requests).startsWith("/absent/" + TRAIN_IMAGES, "/good/" + TRAIN_IMAGES);
  }

  @Test
  void a_redirect_is_followed() throws IOException {
    serve(
        "/moved/",
        exchange -> {
          exchange.getResponseHeaders().add("Location", "/good/" + name(exchange));
          send(exchange, 302, new byte[0], 0);
        });
    assertThat(open(datasets(null, "moved")).train().count()).isEqualTo(300);
  }

  @Test
  void another_file_than_the_published_one_is_not_kept() throws IOException {
    serve(
        "/other/", exchange -> send(exchange, 200, Idx.gzipped(Idx.images(1, 1, 1, (byte) 5)), 0));
    unavailable(datasets(null, "other"), "not the published file, SHA-256");
  }

  @Test
  void a_page_in_place_of_the_file_is_not_kept() throws IOException {
    serve("/portal/", exchange -> send(exchange, 200, "<html>Log in</html>".getBytes(UTF_8), 0));
    unavailable(datasets(null, "portal"), "magic number");
  }

  @Test
  void a_broken_connection_leaves_nothing() throws IOException {
    serve("/broken/", exchange -> send(exchange, 200, content(exchange), 1000));
    unavailable(datasets(null, "broken"), "/broken/" + TRAIN_IMAGES);
  }

  @Test
  void a_server_that_falls_silent_is_given_up() throws IOException {
    serve(
        "/silent/",
        exchange -> {
          exchange.sendResponseHeaders(200, 5000);
          exchange.getResponseBody().write(new byte[100]);
          exchange.getResponseBody().flush();
          await();
        });
    unavailable(datasets(Duration.ofMillis(300), "silent"), "nothing came for 300 ms");
  }

  @Test
  void a_404_says_so() throws IOException {
    serve("/absent/", exchange -> send(exchange, 404, new byte[0], 0));
    unavailable(datasets(null, "absent"), "the server answers 404");
  }

  @Test
  void offline_the_error_says_which_files_to_put_where() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    copy(cacheFolder(), "t10k-images-idx3-ubyte.gz");
    URI nobody = URI.create("http://localhost:" + free + "/");
    Datasets datasets = datasets(List.of(nobody), Duration.ofSeconds(20));
    DataException e = catchThrowableOfType(DataException.class, () -> open(datasets));
    assertThat(e.kind()).isEqualTo(Kind.SETUP);
    assertThat(e)
        .hasMessageContainingAll("small: can't be downloaded: " + nobody, ": can't connect");
    assertThat(e.getMessage() + e.remedy()).hasLineCount(1).doesNotContain("null");
    assertThat(e.remedy())
        .contains(
            "put train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-labels-idx1-ubyte.gz"
                + " into "
                + cacheFolder(),
            "install the package dataset-small");
    assertThat(cached()).containsExactly("t10k-images-idx3-ubyte.gz");
  }

  @Test
  void the_package_comes_before_the_cache_and_the_network() throws IOException {
    for (DatasetFile file : DatasetFile.values()) {
      copy(packageFolder(), file.gzippedName());
    }
    Files.createDirectories(cacheFolder());
    Files.writeString(cacheFolder().resolve(TRAIN_IMAGES), "never looked at");
    assertThat(open(datasets(null, "good")).train().count()).isEqualTo(300);
    assertThat(requests).isEmpty();
  }

  @Test
  void a_damaged_file_in_the_cache_is_named_and_left_alone() throws IOException {
    open(datasets(null, "good"));
    Path labels = cacheFolder().resolve("t10k-labels-idx1-ubyte.gz");
    byte[] other = Idx.gzipped(Idx.labels(1, (byte) 3));
    Files.write(labels, other);
    DataException e = catchThrowableOfType(DataException.class, () -> open(datasets(null, "good")));
    assertThat(e).hasMessageContainingAll(labels.toString(), "not the published test-labels");
    assertThat(e.kind()).isEqualTo(Kind.INPUT);
    assertThat(e.remedy()).contains("delete it");
    assertThat(labels).hasBinaryContent(other);
  }

  @Test
  void a_damaged_file_of_the_package_asks_for_its_reinstallation() throws IOException {
    for (DatasetFile file : DatasetFile.values()) {
      copy(packageFolder(), file.gzippedName());
    }
    Files.writeString(packageFolder().resolve(TRAIN_IMAGES), "x");
    DataException e = catchThrowableOfType(DataException.class, () -> open(datasets(null, "good")));
    assertThat(e).hasMessageContainingAll(TRAIN_IMAGES, "truncated");
    assertThat(e.remedy()).contains("reinstall the package dataset-small");
  }

  @Test
  void a_cache_that_cannot_be_written_is_reported_with_the_variable_that_moves_it()
      throws IOException {
    Files.writeString(folder.resolve("cache"), "a file in the way");
    DataException e = catchThrowableOfType(DataException.class, () -> open(datasets(null, "good")));
    assertThat(e.kind()).isEqualTo(Kind.SETUP);
    assertThat(e).hasMessageContaining("can't be stored in " + cacheFolder());
    assertThat(e.remedy()).contains("PRUNECL_CACHE");
    assertThat(requests).isEmpty();
  }

  private void unavailable(Datasets datasets, String why) throws IOException {
    DataException e = catchThrowableOfType(DataException.class, () -> open(datasets));
    assertThat(e).hasMessageContaining(why);
    assertThat(e.getMessage()).hasLineCount(1);
    assertThat(e.kind()).isEqualTo(Kind.SETUP);
    assertThat(e.remedy()).contains(TRAIN_IMAGES, cacheFolder().toString());
    assertThat(cached()).isEmpty();
  }

  private static Dataset open(Datasets datasets) {
    return datasets.open("small", DownloadProgress.SILENT);
  }

  /** The small dataset, published under those paths of the server. */
  private Datasets datasets(Duration patience, String... paths) {
    List<URI> mirrors =
        Stream.of(paths)
            .map(
                path ->
                    URI.create(
                        "http://localhost:" + server.getAddress().getPort() + "/" + path + "/"))
            .toList();
    return datasets(mirrors, patience == null ? Duration.ofSeconds(20) : patience);
  }

  private Datasets datasets(List<URI> mirrors, Duration patience) {
    KnownDataset small =
        new KnownDataset(
            "small", new KnownDataset.Packaged("dataset-small", packageFolder()), mirrors, SHA256);
    return new Datasets(List.of(small), new DatasetStore(folder.resolve("cache"), patience));
  }

  private Path packageFolder() {
    return folder.resolve("package");
  }

  private Path cacheFolder() {
    return folder.resolve("cache/small");
  }

  private String[] cached() {
    return cacheFolder().toFile().list();
  }

  private static void copy(Path to, String name) throws IOException {
    Files.createDirectories(to);
    Files.write(to.resolve(name), content(name));
  }

  private static String size(String name) throws IOException {
    int size = content(name).length;
    return size + "/" + size;
  }

  private static byte[] content(HttpExchange exchange) throws IOException {
    return content(name(exchange));
  }

  private static byte[] content(String name) throws IOException {
    try (InputStream in = DownloadTest.class.getResourceAsStream("/fashion-mnist-small/" + name)) {
      return in.readAllBytes();
    }
  }

  private static String name(HttpExchange exchange) {
    return Path.of(exchange.getRequestURI().getPath()).getFileName().toString();
  }

  private void serve(String path, HttpHandler handler) {
    server.createContext(
        path,
        exchange -> {
          requests.add(exchange.getRequestURI().getPath());
          handler.handle(exchange);
        });
  }

  /** Answers, and breaks off so many bytes before the end. */
  private static void send(HttpExchange exchange, int status, byte[] body, int withheld)
      throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body, 0, body.length - withheld);
    exchange.close();
  }

  private void await() {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
