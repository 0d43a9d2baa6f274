"""Blocks with two forms, and a network of them: `BODY` stands where its input goes through some."""

BLOCKS = '''
block Fused(C, k = 1, stride = 1, groups = 1) : x[B, c, H, W] -> [B, C, H', W'] {
  train {
    return x |> c: conv(C, k=k, stride=stride, pad=k // 2, groups=groups, bias=false) |> bn: batchnorm
  }
  infer {
    return x |> self: conv(C, k=k, stride=stride, pad=k // 2, groups=groups)
  }
  check train ~ infer
}

"""The identity and two convolutions: one depthwise convolution."""
block RepVgg : x[B, C, H, W] -> [B, C, H, W] {
  train {
    return x + (x |> conv: Fused(C, k=3, groups=C)) + (x |> conv1: Fused(C, groups=C))
  }
  infer {
    return x |> self: dwconv(3)
  }
  check train ~ infer
}

block Dilated(k) : x[B, C, H, W] -> [B, C, H, W] where k % 2 == 1 {
  train {
    y = x |> large: dwconv(k, bias=false) |> bn: batchnorm
    for n, r in [(5, 1), (3, 2), (3, 3)] {
      y = y + (x |> "small{n}_{r}": dwconv(n, dilation=r, pad=r * (n - 1) // 2, bias=false) |> "bn{n}_{r}": batchnorm)
    }
    return y
  }
  infer {
    return x |> large: dwconv(k)
  }
  check train ~ infer
}

block Scaled(C) : x[B, c, H, W] -> [B, C, H, W] {
  param gamma[C] = 1e-6
  train {
    y = x |> pw[0]: linear(C, axis=1, bias=false) |> pw[2]: batchnorm |> mul(gamma, axis=1)
  }
  infer {
    y = x |> pw[0]: linear(C, axis=1)
  }
  check train ~ infer
  return y
}

block Head(classes) : x[B, C] -> [B, classes] {
  train {
    return x |> bn: batchnorm |> l: linear(classes)
  }
  infer {
    return x |> self: linear(classes)
  }
  check train ~ infer
}

arch Net : x[B, 8, H, W] -> [B, 10] where H >= 8, W >= 8 {
  return x |> BODY |> gap |> head: Head(10)
}
'''
