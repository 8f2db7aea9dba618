import Tensors
import Testing

@testable import Answering

@Suite("Frames between the grader and the answers")
struct FrameTests {
  private let tensors: [Tensor<Double>] = [
    Tensor(-0.0), Tensor([]), Tensor([1.5, .nan, -.infinity]), Tensor([1, 2, 1, 2], [1, 2, 3, 4]),
    Tensor.zeros([3, 0, 2]), Tensor([.leastNonzeroMagnitude, .greatestFiniteMagnitude, .pi]),
  ]

  @Test("a frame comes back to the bit, whatever follows it")
  func roundTrip() throws {
    let frame = Frame(.answer, tensors)
    let read = try #require(try Frame.first(of: frame.bytes + [1, 2, 3]))
    #expect(read == frame)
    let back = try read.tensors()
    #expect(back.map(\.shape) == tensors.map(\.shape))
    #expect(
      back.flatMap(\.scalars).map(\.bitPattern) == tensors.flatMap(\.scalars).map(\.bitPattern))
    #expect(try Frame(.question, [Tensor<Double>]()).tensors().isEmpty)
    #expect(try Frame.first(of: Frame(.notAttempted).bytes) == Frame(.notAttempted))
    let threw = Frame(.threw, Array("why".utf8))
    #expect(try Frame.first(of: threw.bytes) == threw)
  }

  @Test("a frame that is not all there needs more bytes")
  func beginnings() throws {
    let bytes = Frame(.answer, tensors).bytes
    for count in 0..<bytes.count {
      #expect(try Frame.first(of: Array(bytes[..<count])) == nil)
    }
  }

  @Test("a header that is none is refused at once")
  func headers() {
    let bytes = Frame(.answer, tensors).bytes
    var (mark, kind, length) = (bytes, bytes, bytes)
    mark[0] ^= 1
    kind[4] = 5
    length[12] = 1
    #expect(throws: DamagedFrame("it has no header")) { try Frame.first(of: mark) }
    #expect(throws: DamagedFrame("it is of no known kind")) { try Frame.first(of: kind) }
    #expect(throws: DamagedFrame.self) { try Frame.first(of: length) }
    #expect(throws: DamagedFrame("it has no header")) {
      try Frame.first(of: Array("right right right".utf8))
    }
  }

  @Test("a body that is cut, too long or not of tensors is refused, whichever byte is wrong")
  func bodies() {
    let body = Frame(.answer, tensors).body
    for count in 0..<body.count {
      #expect(throws: DamagedFrame.self) {
        try Frame(.answer, Array(body[..<count])).tensors()
      }
    }
    #expect(throws: DamagedFrame.self) { try Frame(.answer, body + [0]).tensors() }
    let vector = Frame(.answer, [Tensor([1.0, 2.0])]).body
    for place in 0..<16 {  // the count, the rank, the extent
      for bit in 0..<8 {
        var damaged = vector
        damaged[place] ^= 1 << UInt8(bit)
        #expect(throws: DamagedFrame.self) { try Frame(.answer, damaged).tensors() }
      }
    }
    // Extents whose product is more than an integer holds.
    let all: [UInt8] =
      [1, 0, 0, 0, 4, 0, 0, 0] + (0..<4).flatMap { _ in [0, 0, 0, 1, 0, 0, 0, 0] }
    #expect(throws: DamagedFrame.self) { try Frame(.answer, all).tensors() }
  }
}
