// The device backend for NVIDIA cards (docs/device.md). Compiled with -DMISCID_CUDA=ON; contraction of a*b+c is off as on the
// host, so that a card gives the bits that the tests see on a host.

#include "device/backend.hpp"
#include "device/cell_step.inc"
#include "device/records.inc"

#include <cuda_runtime.h>

namespace {

using miscid::device::Backend;
using miscid::device::team_size;

constexpr int teams_per_block = 4; // one warp: cells that take longer hold up few others
constexpr int copy_threads = 256;

__global__ void __launch_bounds__(teams_per_block* team_size) step_cells(const Job* job, int teams) {
    extern __shared__ unsigned char shared[];
    const int thread = static_cast<int>(threadIdx.x);
    const int team_number = static_cast<int>(blockIdx.x) * teams_per_block + thread / team_size;
    if (team_number >= teams) {
        return;
    }
    const Team team(thread);
    auto& cell = reinterpret_cast<CellScratch*>(shared)[thread / team_size];
    double* scratch = job->scratch + 3 * job->modes * team_number;
    for (std::int64_t number = team_number; number < job->cells.count; number += teams) {
        step_cell(*job, team, scratch, cell, number);
    }
}

template <bool from_host_arrays>
__global__ void copy_records(const RecordJob* job) {
    const int per_record = numbers_per_record(*job);
    const std::int64_t total = job->count * per_record;
    const std::int64_t stride = static_cast<std::int64_t>(gridDim.x) * blockDim.x;
    for (std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x; i < total; i += stride) {
        copy_number<from_host_arrays>(*job, i / per_record, static_cast<int>(i % per_record));
    }
}

class Cuda final : public Backend {
public:
    void* reserve(std::size_t bytes) override {
        void* memory = nullptr;
        if (!good(cudaMalloc(&memory, bytes))) {
            return nullptr;
        }
        if (!good(cudaMemset(memory, 0, bytes))) {
            cudaFree(memory);
            return nullptr;
        }
        return memory;
    }
    void release(void* memory) override { cudaFree(memory); }
    void* reserve_staging(std::size_t bytes) override {
        void* memory = nullptr;
        return good(cudaMallocHost(&memory, bytes)) ? memory : nullptr;
    }
    void release_staging(void* memory) override { cudaFreeHost(memory); }

    bool to_device(void* device, const void* staging, std::size_t bytes, void* stream) override {
        return good(cudaMemcpyAsync(device, staging, bytes, cudaMemcpyHostToDevice, of(stream)));
    }
    bool to_host(void* staging, const void* device, std::size_t bytes, void* stream) override {
        return good(cudaMemcpyAsync(staging, device, bytes, cudaMemcpyDeviceToHost, of(stream)));
    }
    bool step(const Job* job, int teams, void* stream) override {
        const int blocks = (teams + teams_per_block - 1) / teams_per_block;
        step_cells<<<blocks, teams_per_block * team_size, shared_bytes, of(stream)>>>(job, teams);
        return good(cudaGetLastError());
    }
    bool gather(const RecordJob* job, std::int64_t numbers, void* stream) override {
        copy_records<true><<<blocks_for(numbers), copy_threads, 0, of(stream)>>>(job);
        return good(cudaGetLastError());
    }
    bool scatter(const RecordJob* job, std::int64_t numbers, void* stream) override {
        copy_records<false><<<blocks_for(numbers), copy_threads, 0, of(stream)>>>(job);
        return good(cudaGetLastError());
    }
    bool wait(void* stream) override { return good(cudaStreamSynchronize(of(stream))); }

    int most_teams() override {
        int device = 0;
        int processors = 0;
        int blocks = 0;
        const bool known = good(cudaGetDevice(&device)) &&
                           good(cudaDeviceGetAttribute(&processors, cudaDevAttrMultiProcessorCount, device)) &&
                           good(cudaFuncSetAttribute(step_cells, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                                     static_cast<int>(shared_bytes))) &&
                           good(cudaOccupancyMaxActiveBlocksPerMultiprocessor(
                               &blocks, step_cells, teams_per_block * team_size, shared_bytes));
        return known ? processors * blocks * teams_per_block : 0;
    }
    const char* problem() const override { return cudaGetErrorString(last_); }

private:
    static constexpr std::size_t shared_bytes = teams_per_block * sizeof(CellScratch);

    static cudaStream_t of(void* stream) { return static_cast<cudaStream_t>(stream); }
    static unsigned blocks_for(std::int64_t numbers) {
        constexpr std::int64_t most = 65535;
        const std::int64_t blocks = (numbers + copy_threads - 1) / copy_threads;
        return static_cast<unsigned>(blocks < most ? blocks : most);
    }
    static bool good(cudaError_t error) {
        if (error != cudaSuccess) {
            last_ = error;
        }
        return error == cudaSuccess;
    }

    static thread_local cudaError_t last_;
};
thread_local cudaError_t Cuda::last_ = cudaSuccess;

} // namespace

namespace miscid::device {

Backend* backend() {
    static Cuda cuda;
    return &cuda;
}

} // namespace miscid::device
