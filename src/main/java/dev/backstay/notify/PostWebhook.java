package dev.backstay.notify;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Posts a message. With a secret the header {@code Backstay-Signature} is {@code sha256=} and the
 * HMAC-SHA-256 of the body in hex, so that the far side knows who wrote it. Redirects are not
 * followed: the message would go to whom nobody named.
 */
final class PostWebhook implements Delivery {
  private static final String HMAC = "HmacSHA256";

  private final Target.Channel.Webhook webhook;
  private final HttpClient client;

  PostWebhook(Target.Channel.Webhook webhook, HttpClient client) {
    this.webhook = webhook;
    this.client = client;
  }

  @Override
  public Outcome deliver(String id, String event, byte[] body, Duration limit)
      throws InterruptedException {
    try {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(webhook.url())
              .timeout(limit)
              .header("Content-Type", "application/json")
              .header("User-Agent", "backstay")
              .header("Backstay-Event", event)
              .header("Backstay-Delivery", id)
              .POST(BodyPublishers.ofByteArray(body));
      if (webhook.secret().isPresent()) {
        request.header("Backstay-Signature", "sha256=" + signature(body));
      }
      HttpResponse<Void> answer = client.send(request.build(), BodyHandlers.discarding());
      return judged(answer.statusCode());
    } catch (HttpTimeoutException late) {
      return new Outcome.NotNow("no answer within %d s".formatted(limit.toSeconds()));
    } catch (IOException failed) {
      // Its own words may hold the whole address, and that may hold a password.
      return new Outcome.NotNow("it cannot be reached: " + failed.getClass().getSimpleName());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + HMAC, e);
    }
  }

  private static Outcome judged(int status) {
    if (status / 100 == 2) {
      return new Outcome.Delivered();
    }
    // Too many, or trouble over there: both pass. The rest is an answer.
    boolean passes = status == 408 || status == 425 || status == 429 || status / 100 == 5;
    String why = "it answered " + status;
    return passes ? new Outcome.NotNow(why) : new Outcome.Refused(why);
  }

  private String signature(byte[] body) throws IOException, GeneralSecurityException {
    byte[] key = Files.readAllBytes(webhook.secret().orElseThrow());
    int end = key.length;
    while (end > 0 && (key[end - 1] == '\n' || key[end - 1] == '\r')) {
      end--;
    }
    if (end == 0) {
      throw new IOException("the secret is empty");
    }
    byte[] secret = Arrays.copyOf(key, end);
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(secret, HMAC));
      return HexFormat.of().formatHex(mac.doFinal(body));
    } finally {
      Arrays.fill(key, (byte) 0);
      Arrays.fill(secret, (byte) 0);
    }
  }
}
